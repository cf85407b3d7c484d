package guanjia_test

import (
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"guanjia/configs"
)

// An object is what the tests below read of one object of deploy/kubernetes.
type object struct {
	Kind     string `yaml:"kind"`
	Metadata struct {
		Name string `yaml:"name"`
	} `yaml:"metadata"`
	Data       map[string]string `yaml:"data"`
	StringData map[string]string `yaml:"stringData"`
	Resources  []string          `yaml:"resources"`
	Spec       struct {
		Replicas     int `yaml:"replicas"`
		MinAvailable int `yaml:"minAvailable"`
		Strategy     struct {
			RollingUpdate struct {
				MaxUnavailable int `yaml:"maxUnavailable"`
			} `yaml:"rollingUpdate"`
		} `yaml:"strategy"`
		Selector    selector `yaml:"selector"`
		PodSelector selector `yaml:"podSelector"`
		Ports       []struct {
			TargetPort string `yaml:"targetPort"`
		} `yaml:"ports"`
		Template struct {
			Metadata struct {
				Labels map[string]string `yaml:"labels"`
			} `yaml:"metadata"`
			Spec pod `yaml:"spec"`
		} `yaml:"template"`
	} `yaml:"spec"`
}

// A selector picks pods: by matchLabels, in a Service by labels themselves.
type selector struct {
	MatchLabels map[string]string `yaml:"matchLabels"`
	Name        string            `yaml:"app.kubernetes.io/name"`
}

func (s selector) app() string { return s.MatchLabels["app.kubernetes.io/name"] + s.Name }

type pod struct {
	Grace           int  `yaml:"terminationGracePeriodSeconds"`
	ServiceLinks    bool `yaml:"enableServiceLinks"`
	SecurityContext struct {
		NonRoot bool `yaml:"runAsNonRoot"`
		User    int  `yaml:"runAsUser"`
	} `yaml:"securityContext"`
	Containers []struct {
		Name     string   `yaml:"name"`
		Image    string   `yaml:"image"`
		Args     []string `yaml:"args"`
		Liveness probe    `yaml:"livenessProbe"`
		Ready    probe    `yaml:"readinessProbe"`
		Startup  probe    `yaml:"startupProbe"`
		Security struct {
			Escalation   *bool `yaml:"allowPrivilegeEscalation"`
			ReadOnly     bool  `yaml:"readOnlyRootFilesystem"`
			Capabilities struct {
				Drop []string `yaml:"drop"`
			} `yaml:"capabilities"`
		} `yaml:"securityContext"`
		Ports []struct {
			Name string `yaml:"name"`
		} `yaml:"ports"`
		Mounts []struct {
			Path    string `yaml:"mountPath"`
			SubPath string `yaml:"subPath"`
		} `yaml:"volumeMounts"`
	} `yaml:"containers"`
}

type probe struct {
	HTTP struct {
		Path string `yaml:"path"`
	} `yaml:"httpGet"`
}

func objects(t *testing.T) map[string]object {
	t.Helper()
	files, err := filepath.Glob("deploy/kubernetes/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	all := map[string]object{}
	for _, f := range files {
		for part := range strings.SplitSeq(contents(t, f), "\n---\n") {
			var o object
			if err := yaml.Unmarshal([]byte(part), &o); err != nil {
				t.Fatalf("%s: %v", f, err)
			}
			all[o.Kind+"/"+o.Metadata.Name] = o
		}
	}
	return all
}

func TestKubernetesRunsTheBotTwiceAndReplacesItWithoutAGap(t *testing.T) {
	all := objects(t)
	bot, budget := all["Deployment/guanjia"], all["PodDisruptionBudget/guanjia"]
	if bot.Spec.Replicas < 2 || budget.Spec.MinAvailable < 1 || budget.Spec.MinAvailable >= bot.Spec.Replicas || bot.Spec.Strategy.RollingUpdate.MaxUnavailable != 0 {
		t.Errorf("%d replicas, at least %d, %d away in an update", bot.Spec.Replicas, budget.Spec.MinAvailable, bot.Spec.Strategy.RollingUpdate.MaxUnavailable)
	}
	p := bot.Spec.Template.Spec
	if c := p.Containers[0]; c.Liveness.HTTP.Path != "/healthz" || c.Startup.HTTP.Path != "/healthz" || c.Ready.HTTP.Path != "/readyz" || !slices.Equal(c.Args, []string{"serve"}) {
		t.Errorf("%+v", c)
	}
	if p.Grace < 25 || p.ServiceLinks {
		t.Errorf("grace %d s, service links %v: GUANJIA_SERVICE_… would be taken for settings", p.Grace, p.ServiceLinks)
	}
}

func TestKubernetesGivesNoPodMoreThanItNeeds(t *testing.T) {
	for name, o := range objects(t) {
		p := o.Spec.Template.Spec
		if len(p.Containers) == 0 {
			continue
		}
		if !p.SecurityContext.NonRoot || p.SecurityContext.User == 0 {
			t.Errorf("%s may run as root", name)
		}
		for _, c := range p.Containers {
			if s := c.Security; s.Escalation == nil || *s.Escalation || !s.ReadOnly || !slices.Equal(s.Capabilities.Drop, []string{"ALL"}) {
				t.Errorf("%s: %s: %+v", name, c.Name, s)
			}
			for _, m := range c.Mounts {
				if m.SubPath != "" {
					t.Errorf("%s: %s is mounted by subPath, and a change would never be seen", name, m.Path)
				}
			}
		}
	}
}

func TestKubernetesObjectsMeanEachOther(t *testing.T) {
	all := objects(t)
	apps := map[string][]string{} // ports by app
	for _, o := range all {
		app := o.Spec.Template.Metadata.Labels["app.kubernetes.io/name"]
		for _, c := range o.Spec.Template.Spec.Containers {
			for _, p := range c.Ports {
				apps[app] = append(apps[app], p.Name)
			}
		}
	}
	policed := map[string]bool{}
	for name, o := range all {
		for _, s := range []selector{o.Spec.Selector, o.Spec.PodSelector} {
			if app := s.app(); app != "" && apps[app] == nil {
				t.Errorf("%s selects %q, which nothing runs", name, app)
			}
		}
		for _, p := range o.Spec.Ports {
			if !slices.Contains(apps[o.Spec.Selector.app()], p.TargetPort) {
				t.Errorf("%s: port %s is none of %v", name, p.TargetPort, apps[o.Spec.Selector.app()])
			}
		}
		if o.Kind == "NetworkPolicy" {
			policed[o.Spec.PodSelector.app()] = true
		}
	}
	for app := range maps.Keys(apps) {
		if !policed[app] {
			t.Errorf("no NetworkPolicy for %s", app)
		}
	}
	for _, r := range all["Kustomization/"].Resources {
		if strings.Contains(r, "secret") || !exists("deploy/kubernetes/"+r) {
			t.Errorf("the kustomization has %s", r)
		}
	}
}

func TestTheConfigurationForKubernetesIsValidAndTheSecretIsKnown(t *testing.T) {
	all := objects(t)
	secret := all["Secret/guanjia"].StringData
	env := func(name string) (string, bool) {
		v, ok := secret[name]
		return v, ok
	}
	l, err := configs.Parse("configmap.yaml", []byte(all["ConfigMap/guanjia"].Data["guanjia.yaml"]), env)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.MissingForServe(); err != nil {
		t.Error(err)
	}
	if l.Redis.URL != secret["GUANJIA_REDIS_URL"] || l.DingTalk.ClientSecret != secret["GUANJIA_DINGTALK_CLIENT_SECRET"] {
		t.Errorf("the secret does not reach the configuration: %+v", l.Redis)
	}
	if _, ok := all["StatefulSet/redis"]; !ok || !strings.Contains(l.Redis.URL, "//redis:6379") {
		t.Errorf("redis.url %s", l.Redis.URL)
	}
}

func TestTheUnitKeepsTheBotInItsPlace(t *testing.T) {
	unit := contents(t, "deploy/systemd/guanjia.service")
	for _, line := range []string{
		`User=guanjia`, `NoNewPrivileges=true`, `ProtectSystem=strict`, `ProtectHome=true`, `PrivateTmp=true`, `CapabilityBoundingSet=`,
		`Restart=always`, `StateDirectory=guanjia`, `TimeoutStopSec=30`, `ExecStart=/usr/local/bin/guanjia serve --config /etc/guanjia/guanjia\.yaml`,
		`ExecReload=/bin/kill -HUP \$MAINPID`,
	} {
		if !regexp.MustCompile(`(?m)^` + line + `$`).MatchString(unit) {
			t.Errorf("the unit lacks %s", line)
		}
	}
}

func TestAReleaseIsBuiltLikeTheImage(t *testing.T) {
	var release struct {
		Builds []struct {
			Main    string   `yaml:"main"`
			Env     []string `yaml:"env"`
			LDFlags []string `yaml:"ldflags"`
			GoArch  []string `yaml:"goarch"`
		} `yaml:"builds"`
		SBOMs []any `yaml:"sboms"`
	}
	if err := yaml.Unmarshal([]byte(contents(t, ".goreleaser.yaml")), &release); err != nil {
		t.Fatal(err)
	}
	b := release.Builds[0]
	if b.Main != "./cmd/guanjia" || !slices.Contains(b.Env, "CGO_ENABLED=0") || !slices.Equal(b.GoArch, []string{"amd64", "arm64"}) || len(release.SBOMs) == 0 {
		t.Errorf("%+v, %d bills of materials", b, len(release.SBOMs))
	}
	for _, set := range []string{"-X main.version=", "-X main.commit="} {
		if !strings.Contains(b.LDFlags[0], set) || !strings.Contains(contents(t, "Dockerfile"), set) {
			t.Errorf("%s is set in one place alone", set)
		}
	}
	root, binary := finalStage(t, "Dockerfile"), finalStage(t, "deploy/Dockerfile.release")
	if root != binary {
		t.Errorf("the images differ:\n%s\n--\n%s", root, binary)
	}
}

// finalStage is what the last stage of a Dockerfile says, but where the binary
// comes from and its labels.
func finalStage(t *testing.T, name string) string {
	t.Helper()
	_, last, _ := strings.Cut(contents(t, name), "\nFROM scratch\n")
	last = strings.NewReplacer("--from=build /out/", "", "$TARGETPLATFORM/", "").Replace(last)
	return regexp.MustCompile(`(?m)^(#.*|ARG .*|LABEL (.*\\\n)*.*|)\n`).ReplaceAllString(last, "")
}
