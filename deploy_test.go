package guanjia_test

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// service is what the tests below ask of a service in compose.yaml.
type service struct {
	Image       string   `yaml:"image"`
	User        string   `yaml:"user"`
	Restart     string   `yaml:"restart"`
	ReadOnly    bool     `yaml:"read_only"`
	CapDrop     []string `yaml:"cap_drop"`
	SecurityOpt []string `yaml:"security_opt"`
	Command     []string `yaml:"command"`
	EnvFile     []string `yaml:"env_file"`
	Volumes     []string `yaml:"volumes"`
	Ports       []string `yaml:"ports"`
	Profiles    []string `yaml:"profiles"`
	Networks    []string `yaml:"networks"`
	Healthcheck struct {
		Test []string `yaml:"test"`
	} `yaml:"healthcheck"`
}

func services(t *testing.T) map[string]service {
	t.Helper()
	var file struct {
		Services map[string]service `yaml:"services"`
	}
	if err := yaml.Unmarshal([]byte(contents(t, "compose.yaml")), &file); err != nil {
		t.Fatal(err)
	}
	return file.Services
}

func contents(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestComposeKeepsWhatRedisAcknowledged(t *testing.T) {
	redis := services(t)["redis"]
	flags := strings.Join(redis.Command, " ")
	for _, flag := range []string{"--appendonly yes", "--appendfsync always", "--maxmemory-policy noeviction"} {
		if !strings.Contains(flags, flag) {
			t.Errorf("redis is started with %q; acknowledged messages need %s", flags, flag)
		}
	}
	if !slices.ContainsFunc(redis.Volumes, func(v string) bool { return strings.HasSuffix(v, ":/data") }) {
		t.Errorf("redis keeps its file in no volume: %v", redis.Volumes)
	}
	if len(redis.Healthcheck.Test) == 0 {
		t.Error("redis has no health check, so the bot cannot be started after it")
	}
	if len(redis.Ports) > 0 {
		t.Errorf("redis is reachable from outside on %v", redis.Ports)
	}
}

func TestComposeGivesNoServiceMoreThanItNeeds(t *testing.T) {
	all := services(t)
	usual := maps.Clone(all)
	maps.DeleteFunc(usual, func(_ string, s service) bool { return slices.Equal(s.Profiles, []string{"monitoring"}) })
	if got := slices.Sorted(maps.Keys(usual)); !slices.Equal(got, []string{"bot", "redis"}) {
		t.Errorf("without a profile %v start; expected the bot and redis", got)
	}
	for name, s := range all {
		if s.Restart != "unless-stopped" {
			t.Errorf("%s: restart %q; it must come back after a crash and after a reboot", name, s.Restart)
		}
		if !s.ReadOnly || !slices.Contains(s.CapDrop, "ALL") || !slices.Contains(s.SecurityOpt, "no-new-privileges:true") {
			t.Errorf("%s: read_only %v, cap_drop %v, security_opt %v", name, s.ReadOnly, s.CapDrop, s.SecurityOpt)
		}
		if _, tag, _ := strings.Cut(s.Image, ":"); tag == "" || tag == "latest" {
			t.Errorf("%s: image %q is not pinned", name, s.Image)
		}
		if slices.Contains(s.Networks, "store") != slices.Contains([]string{"bot", "redis"}, name) {
			t.Errorf("%s: networks %v; the store is for the bot alone", name, s.Networks)
		}
		for _, p := range s.Ports {
			if !strings.HasPrefix(p, "127.0.0.1:") {
				t.Errorf("%s: port %s is open to the world", name, p)
			}
		}
		for _, v := range s.Volumes {
			if from, _, _ := strings.Cut(v, ":"); strings.HasPrefix(from, "./") && !exists(from) {
				t.Errorf("%s: mounts %s, which is not there", name, from)
			}
		}
	}
	if env := all["bot"].EnvFile; !slices.Equal(env, []string{"guanjia.env"}) {
		t.Errorf("the bot's secrets come from %v", env)
	}
	for _, kept := range []string{".gitignore", ".dockerignore"} {
		if !strings.Contains(contents(t, kept), ".env\n") || !strings.Contains(contents(t, kept), "/configs/guanjia.yaml\n") {
			t.Errorf("%s lets secrets through", kept)
		}
	}
}

func TestTheImageIsBuiltWithTheGoOfTheModule(t *testing.T) {
	version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(contents(t, "go.mod"))
	image := regexp.MustCompile(`(?m)^FROM golang:(\d+\.\d+)-\w+ AS build$`).FindStringSubmatch(contents(t, "Dockerfile"))
	if version == nil || image == nil || version[1] != image[1] {
		t.Errorf("go.mod says %v, the Dockerfile %v", version, image)
	}
}

func TestTheImageRunsAsNobodyAndTellsItsHealth(t *testing.T) {
	file := contents(t, "Dockerfile")
	_, last, _ := strings.Cut(file, "\nFROM scratch\n")
	for _, line := range []string{`(?m)^USER [1-9]\d*:[1-9]\d*$`, `(?m)^HEALTHCHECK .*CMD \["/usr/bin/guanjia", "health"\]$`} {
		if !regexp.MustCompile(line).MatchString(last) {
			t.Errorf("the final stage lacks %s", line)
		}
	}
	if !strings.Contains(file, "CGO_ENABLED=0 go build -trimpath") {
		t.Error("the binary is not static, and scratch has no libc")
	}
}
