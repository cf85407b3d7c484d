package dingsim

import (
	"encoding/xml"
	"strings"
	"testing"
)

func TestAGatewayClientThatAcceptsNothingGetsXML(t *testing.T) {
	r := newRig(t, Config{})
	const path = "/v1.0/gateway/connections/open"
	body := func(secret string) string {
		return `{"clientId":"sim","clientSecret":"` + secret + `","subscriptions":[{"type":"EVENT","topic":"*"}]}`
	}
	for accept, json := range map[string]bool{"": false, "application/json": true, "*/*": true, "application/json, text/plain, */*": true} {
		for secret, status := range map[string]int{"sim-secret": 200, "wrong": 401} {
			got := r.do(t, "POST", path, body(secret), "Accept", accept)
			if got.status != status || (got.body != nil) != json {
				t.Errorf("Accept %q, secret %s: %d %s", accept, secret, got.status, got.raw)
			}
			if json {
				continue
			}
			var answer struct {
				Endpoint string `xml:"endpoint"`
				Ticket   string `xml:"ticket"`
				Code     string `xml:"code"`
			}
			if err := xml.Unmarshal([]byte(got.raw), &answer); err != nil {
				t.Fatal(err)
			}
			if (answer.Ticket != "" && strings.HasPrefix(answer.Endpoint, "ws://")) != (status == 200) || (answer.Code != "") != (status != 200) {
				t.Errorf("%d: %+v", status, answer)
			}
		}
	}
}
