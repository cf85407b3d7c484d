package console_test

import (
	"io/fs"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestListsArePagedAndFiltered(t *testing.T) {
	d, c := newConsole(t)
	d.rows = 10_000
	with, _ := signIn(t, c)
	for query, want := range map[string]struct {
		from        int
		state       string
		has, hasNot string
	}{
		"":                      {0, "open", "1–50 / 10,000", "上一页"},
		"?page=2&state=closed":  {50, "closed", "51–100 / 10,000", "nothing"},
		"?page=200&state=all":   {9950, "all", "9,951–10,000 / 10,000", "下一页"},
		"?page=-5&state=x":      {0, "open", "1–50", "上一页"},
		"?page=1e9":             {0, "open", "1–50", "上一页"},
		"?page=99999&q=%00%01a": {4999900, "open", "没有符合条件", "下一页"},
	} {
		w := ask(t, c, http.MethodGet, "/console/cases"+query, nil, with)
		body := w.Body.String()
		if w.Code != http.StatusOK || !strings.Contains(body, want.has) || strings.Contains(body, want.hasNot) || d.asked.From != want.from || d.asked.State != want.state {
			t.Errorf("%q: %d, asked for %+v", query, w.Code, d.asked)
		}
	}
	if ask(t, c, http.MethodGet, "/console/cases?q=%20%E7%94%B5%E5%95%86%20", nil, with); d.asked.Words != "电商" {
		t.Errorf("looked for %q", d.asked.Words)
	}
}

func TestAuditOfTenThousandLinesIsCut(t *testing.T) {
	d, c := newConsole(t)
	d.rows = 10_000
	with, _ := signIn(t, c)
	body := ask(t, c, http.MethodGet, "/console/audit?days=90", nil, with).Body.String()
	if n := strings.Count(body, "<tr>"); n != 301 || !strings.Contains(body, "9,700") {
		t.Errorf("%d rows", n)
	}
	for _, query := range []string{"?days=7+30", "?days=100000", "?days=%00", "?who=nobody"} {
		if w := ask(t, c, http.MethodGet, "/console/audit"+query, nil, with); w.Code != http.StatusOK {
			t.Errorf("%s: %d", query, w.Code)
		}
	}
}

func TestRotaShowsGapsOnceAndTurnsWhereTheyBegin(t *testing.T) {
	_, c := newConsole(t)
	with, _ := signIn(t, c)
	body := ask(t, c, http.MethodGet, "/console/rota?lang=en", nil, with).Body.String()
	if n := strings.Count(body, `class="shift gap`); n != 2 { // it begins on one day and goes on on the next
		t.Errorf("a gap of 24 hours across midnight stands on %d days", n)
	}
	if !strings.Contains(body, "Nobody is on duty then") || strings.Count(body, `<td class=`) != 28 {
		t.Error("no list of gaps, or not four weeks")
	}
}

func TestCalendarHasEveryDayOfTheYear(t *testing.T) {
	_, c := newConsole(t)
	with, _ := signIn(t, c)
	leap := 2028
	if now := time.Now().Year(); leap < now-5 || leap > now+5 {
		t.Fatal("this test needs another leap year")
	}
	body := ask(t, c, http.MethodGet, "/console/calendar?year=2028", nil, with).Body.String()
	if n := strings.Count(body, `" title="`); n != 366 {
		t.Errorf("%d days", n)
	}
	if n := strings.Count(body, "<caption>"); n != 12 {
		t.Errorf("%d months", n)
	}
	for _, year := range []string{"0", "-1", "99999", "x", "2026%00"} {
		if w := ask(t, c, http.MethodGet, "/console/calendar?year="+year, nil, with); w.Code != http.StatusOK {
			t.Errorf("%s: %d", year, w.Code)
		}
	}
}

func TestNothingIsLoadedFromElsewhereAndLittleFromHere(t *testing.T) {
	total := 0
	err := fs.WalkDir(os.DirFS("page"), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := fs.ReadFile(os.DirFS("page"), name)
		for _, u := range regexp.MustCompile(`https?://[^\s"'<>]+`).FindAllString(string(b), -1) {
			if !strings.Contains(u, "www.w3.org") { // the name of SVG, not an address
				t.Errorf("%s names %s", name, u)
			}
		}
		total += len(b)
		return err
	})
	if err != nil || total > 100_000 {
		t.Errorf("%d bytes, %v", total, err)
	}
	d, c := newConsole(t)
	d.rows = 10_000
	with, _ := signIn(t, c)
	for _, path := range pagesInOrder() {
		if n := ask(t, c, http.MethodGet, path, nil, with).Body.Len(); n > 250_000 {
			t.Errorf("%s has %d bytes", path, n)
		}
	}
}

func TestFilesAreKeptByBrowsersUntilTheyChange(t *testing.T) {
	_, c := newConsole(t)
	page := ask(t, c, http.MethodGet, "/console/login", nil).Body.String()
	for _, address := range regexp.MustCompile(`/console/static/[^"]+`).FindAllString(page, -1) {
		w := ask(t, c, http.MethodGet, address, nil)
		if w.Code != http.StatusOK || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") || w.Body.Len() == 0 {
			t.Errorf("%s: %d %v", address, w.Code, w.Header())
		}
	}
	if w := ask(t, c, http.MethodGet, "/console/static/style.css?v=old", nil); w.Header().Get("Cache-Control") != "no-store" {
		t.Error("an old address is kept")
	}
}
