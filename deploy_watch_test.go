package guanjia_test

import (
	"encoding/json"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// An alert is a rule of deploy/alerts.yml.
type alert struct {
	Name        string            `yaml:"alert"`
	Expr        string            `yaml:"expr"`
	For         string            `yaml:"for"`
	Labels      map[string]string `yaml:"labels"`
	Annotations map[string]string `yaml:"annotations"`
}

func alerts(t *testing.T) []alert {
	t.Helper()
	var file struct {
		Groups []struct {
			Rules []alert `yaml:"rules"`
		} `yaml:"groups"`
	}
	if err := yaml.Unmarshal([]byte(contents(t, "deploy/alerts.yml")), &file); err != nil {
		t.Fatal(err)
	}
	var all []alert
	for _, g := range file.Groups {
		all = append(all, g.Rules...)
	}
	if len(all) == 0 {
		t.Fatal("deploy/alerts.yml has no rule")
	}
	return all
}

// exported are the metrics of the program, with what a histogram adds to its name.
func exported(t *testing.T) map[string]bool {
	t.Helper()
	made := regexp.MustCompile(`(?:Name:\s*|NewDesc\()"(guanjia_\w+)"`)
	all := map[string]bool{}
	for _, f := range house(t) {
		if f.test || f.dir != "cmd/guanjia" {
			continue
		}
		for _, m := range made.FindAllStringSubmatch(f.text, -1) {
			all[m[1]] = true
			if strings.Contains(f.text, "NewHistogramVec(prometheus.HistogramOpts{\n\t\t\tName: \""+m[1]) {
				all[m[1]+"_bucket"], all[m[1]+"_sum"], all[m[1]+"_count"] = true, true, true
			}
		}
	}
	if len(all) < 10 {
		t.Fatalf("found only %d metrics in the code", len(all))
	}
	return all
}

// unknownMetrics are names in an expression that nothing exports.
func unknownMetrics(known map[string]bool, expr string) []string {
	// What the client library and Prometheus itself add.
	own := []string{"up", "process_resident_memory_bytes", "process_cpu_seconds_total", "process_open_fds", "go_goroutines"}
	plain := regexp.MustCompile(`"[^"]*"|\{[^}]*\}|\b(?:by|on|without)\s*\([^)]*\)`).ReplaceAllString(expr, "")
	var unknown []string
	for _, m := range regexp.MustCompile(`[a-z_]\w*\s*\(?`).FindAllString(plain, -1) {
		name := strings.TrimSpace(m)
		if strings.HasSuffix(name, "(") || slices.Contains([]string{"unless", "or", "and", "offset", "h", "m", "s"}, name) {
			continue
		}
		if !known[name] && !slices.Contains(own, name) {
			unknown = append(unknown, name)
		}
	}
	return unknown
}

func TestAnUnknownMetricIsFound(t *testing.T) {
	known := map[string]bool{"guanjia_waiting": true}
	for expr, want := range map[string]string{
		`max by (lane) (guanjia_waiting{lane=~"a|b"}) > 0.8 * 20`:       "",
		`(up{job="guanjia"} == 1) unless on (instance) guanjia_waiting`: "",
		`sum(rate(guanjia_wating[5m]))`:                                 "guanjia_wating",
		`time() - max(guanjia_waiting) > 3 * 3600 or gunajia == 1`:      "gunajia",
	} {
		if got := strings.Join(unknownMetrics(known, expr), " "); got != want {
			t.Errorf("%s: %q, want %q", expr, got, want)
		}
	}
}

func TestAlertsAskForMetricsThatThereAreAndAreExplained(t *testing.T) {
	known, book := exported(t), contents(t, "docs/operations.md")
	seen := map[string]bool{}
	for _, a := range alerts(t) {
		if unknown := unknownMetrics(known, a.Expr); len(unknown) > 0 {
			t.Errorf("%s asks for %v, which the program does not export", a.Name, unknown)
		}
		if s := a.Labels["severity"]; s != "page" && s != "ticket" {
			t.Errorf("%s: severity %q; page or ticket", a.Name, s)
		}
		if a.Annotations["summary"] == "" || a.Annotations["description"] == "" {
			t.Errorf("%s says nothing to whom it wakes", a.Name)
		}
		if !strings.Contains(book, "`"+a.Name+"`") {
			t.Errorf("%s is not explained in docs/operations.md", a.Name)
		}
		if seen[a.Name] {
			t.Errorf("%s is there twice", a.Name)
		}
		seen[a.Name] = true
	}
	for _, m := range regexp.MustCompile("`(Guanjia[A-Z]\\w+)`").FindAllStringSubmatch(book, -1) {
		if !seen[m[1]] {
			t.Errorf("docs/operations.md explains %s, which is no alert", m[1])
		}
	}
}

func TestTheDashboardShowsMetricsThatThereAre(t *testing.T) {
	var board struct {
		UID    string `json:"uid"`
		Panels []struct {
			ID      int    `json:"id"`
			Type    string `json:"type"`
			Title   string `json:"title"`
			GridPos struct {
				X int `json:"x"`
				W int `json:"w"`
			} `json:"gridPos"`
			Targets []struct {
				Expr string `json:"expr"`
			} `json:"targets"`
		} `json:"panels"`
	}
	if err := json.Unmarshal([]byte(contents(t, "deploy/grafana/dashboards/guanjia.json")), &board); err != nil {
		t.Fatal(err)
	}
	known, ids := exported(t), map[int]bool{}
	for _, p := range board.Panels {
		for _, q := range p.Targets {
			if unknown := unknownMetrics(known, q.Expr); len(unknown) > 0 {
				t.Errorf("%s: shows %v, which the program does not export", p.Title, unknown)
			}
		}
		if ids[p.ID] || p.GridPos.X+p.GridPos.W > 24 || (p.Type != "row" && len(p.Targets) == 0) {
			t.Errorf("%s: id %d, %d wide at %d, %d queries", p.Title, p.ID, p.GridPos.W, p.GridPos.X, len(p.Targets))
		}
		ids[p.ID] = true
	}
	if len(ids) < 10 || board.UID != "guanjia" {
		t.Errorf("%d panels, uid %q", len(ids), board.UID)
	}
}

func TestEveryYAMLFileForDeployingIsValid(t *testing.T) {
	files := []string{".goreleaser.yaml", "compose.yaml"}
	err := filepath.WalkDir("deploy", func(p string, _ fs.DirEntry, err error) error {
		if ext := filepath.Ext(p); ext == ".yaml" || ext == ".yml" {
			files = append(files, p)
		}
		return err
	})
	if err != nil || len(files) < 10 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		for part := range strings.SplitSeq(contents(t, f), "\n---\n") {
			var any map[string]any
			if err := yaml.Unmarshal([]byte(part), &any); err != nil || len(any) == 0 {
				t.Errorf("%s: %v", f, err)
			}
		}
	}
}
