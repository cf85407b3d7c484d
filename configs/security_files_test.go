package configs_test

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"guanjia/configs"
)

func empty(string) (string, bool) { return "", false }

// Whatever is wrong beside a secret, the words about it go to terminals and logs.
func TestMistakesAreNamedWithoutTheSecretsBesideThem(t *testing.T) {
	const mark = "zebra-secret"
	for name, text := range map[string]string{
		"a list for a secret":         `dingtalk: {client_secret: [` + mark + `]}`,
		"a block for a secret":        `dingtalk: {client_secret: {` + mark + `: 1}}`,
		"a quote that never ends":     `dingtalk: {client_secret: "` + mark,
		"a bracket that never ends":   `dingtalk: {client_secret: ` + mark + `, [`,
		"a tab for spaces":            "dingtalk:\n\tclient_secret: " + mark,
		"two secrets":                 "dingtalk: {client_secret: " + mark + ", client_secret: " + mark + "2}",
		"an anchor":                   "dingtalk: {client_secret: &a " + mark + "}",
		"an alias":                    "brand: {product: &a " + mark + "}\ndingtalk: {client_secret: *a}",
		"a tag":                       "dingtalk: {client_secret: !!binary " + mark + "}",
		"no list of shop secrets":     `http: {purchase_secrets: whsec_` + mark + `}`,
		"a shop secret that is none":  `http: {purchase_secrets: ["whsec_` + mark + `!"]}`,
		"a shop secret without whsec": `http: {purchase_secrets: ["` + mark + `"]}`,
		"a list of tokens":            `http: {console_tokens: [` + mark + `]}`,
		"a token in a list":           `http: {console_tokens: {a: [` + mark + `]}}`,
		"no scheme of Redis":          `redis: {url: "` + mark + `"}`,
		"an unknown scheme":           `redis: {url: "amqp://u:` + mark + `@h"}`,
		"a port that is none":         `redis: {url: "redis://u:` + mark + `@h:port"}`,
		"a password half encoded":     `redis: {url: "redis://u:` + mark + `%zz@h"}`,
		"a model's key in its host":   `llm: {base_url: "https://u:` + mark + `@h/v1", model: m}`,
		"a model's key as a query":    `llm: {base_url: "ftp://h/v1?key=` + mark + `", model: m}`,
		"an unset variable":           `dingtalk: {client_secret: "` + mark + `${NOT_THERE}"}`,
		"a variable that never ends":  `dingtalk: {client_secret: "` + mark + `${NOT"}`,
	} {
		_, err := configs.Parse("x.yaml", []byte(text), empty)
		if err != nil && strings.Contains(err.Error(), mark) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := configs.Parse("x.yaml", []byte(`dingtalk: {client_secret: [x]}`), empty); err == nil {
		t.Error("a list is taken for a secret")
	}
}

// A few hundred bytes that would unfold to gigabytes, and shapes on which parsers
// of YAML are known to spend their time.
func TestBombsAreRefusedQuickly(t *testing.T) {
	var laughs strings.Builder
	laughs.WriteString("a: &a [x,x,x,x,x,x,x,x,x]\n")
	for i := range 12 {
		from, to := string(rune('a'+i)), string(rune('b'+i))
		laughs.WriteString(to + ": &" + to + " [" + strings.Repeat("*"+from+",", 8) + "*" + from + "]\n")
	}
	for name, text := range map[string]string{
		"a billion laughs": laughs.String(),
		"laughs as a team": laughs.String() + "team: *m\n",
		"merged onto":      "brand: &a {product: x}\ndingtalk: {<<: *a, <<: *a}\n",
		"itself":           "team: &a [*a]\n",
		"open brackets":    "team: " + strings.Repeat("[", 1<<18),
		"deep brackets":    "team: " + strings.Repeat("[", 1<<18) + strings.Repeat("]", 1<<18),
		"deep braces":      strings.Repeat("{a: ", 1<<18),
		"many dashes":      "team: \n " + strings.Repeat("- ", 1<<18),
		"many questions":   strings.Repeat("? ", 1<<10),
		"deep blocks":      "brand:\n" + deepBlocks(300),
		"too long":         "# " + strings.Repeat("x", 5<<20),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		began := time.Now()
		_, err := configs.Parse("x.yaml", []byte(text), empty)
		runtime.ReadMemStats(&after)
		if err == nil {
			t.Errorf("%s is taken", name)
		}
		if took, mb := time.Since(began), (after.TotalAlloc-before.TotalAlloc)>>20; took > 20*time.Second || mb > 512 {
			t.Errorf("%s: %s, %d MB", name, took, mb)
		}
	}
}

func deepBlocks(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i+1) + "a:\n")
	}
	return b.String()
}
