package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

func TestASimulatorOnAllInterfacesNamesTheAddressItsClientCameBy(t *testing.T) {
	for listen, want := range map[string]string{"0.0.0.0:0": "ws://sim.example:99/connect", "127.0.0.1:0": "ws://127.0.0.1:PORT/connect"} {
		t.Run(listen, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			says, out := io.Pipe()
			done := make(chan error, 1)
			command := dingsimCommand{Listen: listen, ClientID: "sim", ClientSecret: "sim-secret"}
			go func() { done <- command.Run(&environment{ctx: ctx, out: out, errOut: io.Discard, lang: "en"}) }()
			defer func() {
				cancel()
				if err := <-done; err != nil {
					t.Error(err)
				}
			}()
			line, err := bufio.NewReader(says).ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			at := regexp.MustCompile(`http://(?:127\.0\.0\.1|localhost):(\d+)/`).FindStringSubmatch(line)
			if at == nil {
				t.Fatalf("says %q", line)
			}
			if got := endpointOf(t, at[0]); got != strings.Replace(want, "PORT", at[1], 1) {
				t.Errorf("a client that came to sim.example:99 is sent to %s", got)
			}
		})
	}
}

// endpointOf asks the gateway at base, as a client that knows it as sim.example:99.
func endpointOf(t *testing.T, base string) string {
	t.Helper()
	body := `{"clientId":"sim","clientSecret":"sim-secret","subscriptions":[{"type":"EVENT","topic":"*"}]}`
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"v1.0/gateway/connections/open", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Host = "sim.example:99"
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var answer struct {
		Endpoint string `json:"endpoint"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return answer.Endpoint
}
