package console

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/text/language"
)

// The languages of the pages.
const (
	langZH = "zh"
	langEN = "en"
)

// view is what a page is given.
type view struct {
	// Page is the file, Section its place in the navigation.
	Page, Section string
	Name, Lang    string
	// Other is the address of this page in the other language, Here its own.
	Other, Here string
	Version     string
	Said        *said
	Live        bool
	Data        any
}

// pages are the templates by language and page, and the files beside them.
type pages struct {
	by      map[string]map[string]*template.Template
	version string
}

// readPages parses every page once a language, together with the parts that all
// pages share.
func readPages(zone *time.Location) (*pages, error) {
	p := &pages{by: map[string]map[string]*template.Template{}}
	names, err := fs.Glob(files, "page/*.html")
	if err != nil {
		return nil, err
	}
	for _, lang := range [...]string{langZH, langEN} {
		p.by[lang] = map[string]*template.Template{}
		funcs := newSpeech(lang, zone).funcs()
		for _, name := range names {
			t, err := template.New("layout.html").Funcs(funcs).ParseFS(files, "page/layout.html", "page/part/*.html", name)
			if err != nil {
				return nil, fmt.Errorf("console page %s: %w", name, err)
			}
			p.by[lang][strings.TrimSuffix(path.Base(name), ".html")] = t
		}
	}
	p.version, err = versionOf("style.css", "console.js")
	return p, err
}

// versionOf changes with the files, so that browsers may keep them.
func versionOf(names ...string) (string, error) {
	h := sha256.New()
	for _, n := range names {
		b, err := files.ReadFile("page/static/" + n)
		if err != nil {
			return "", err
		}
		h.Write(b)
	}
	return hex.EncodeToString(h.Sum(nil))[:12], nil
}

func (c *Console) show(w http.ResponseWriter, r *http.Request, status int, v view) {
	v.Lang = c.language(w, r)
	v.Said, v.Version = c.takeSaid(w, r), c.pages.version
	v.Here = r.URL.RequestURI()
	if r.Method != http.MethodGet {
		v.Here = r.URL.Path
	}
	v.Other = inLanguage(r, otherThan(v.Lang))
	var b bytes.Buffer
	if err := c.pages.by[v.Lang][v.Page].Execute(&b, v); err != nil {
		zerolog.Ctx(r.Context()).Error().Err(err).Str("page", v.Page).Msg("console page cannot be rendered")
		http.Error(w, "this page cannot be shown", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", v.Lang)
	w.Header().Set("Vary", "Accept-Language, Cookie")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the viewer is gone
}

func otherThan(lang string) string {
	if lang == langZH {
		return langEN
	}
	return langZH
}

// inLanguage is the address of a page with the language put into it.
func inLanguage(r *http.Request, lang string) string {
	q := r.URL.Query()
	q.Set("lang", lang)
	u := url.URL{Path: r.URL.Path, RawQuery: q.Encode()}
	return u.String()
}

const langCookie = "guanjia_lang"

// language is what ?lang= asks for, and it is remembered; else what was asked for
// before, else the browser's.
func (c *Console) language(w http.ResponseWriter, r *http.Request) string {
	if l := r.URL.Query().Get("lang"); l == langZH || l == langEN {
		setCookie(w, r, langCookie, l, 365*24*time.Hour)
		return l
	}
	return languageOf(r)
}

func languageOf(r *http.Request) string {
	if l := r.URL.Query().Get("lang"); l == langZH || l == langEN {
		return l
	}
	if k, err := r.Cookie(langCookie); err == nil && (k.Value == langZH || k.Value == langEN) {
		return k.Value
	}
	wanted, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil || len(wanted) == 0 {
		return langZH
	}
	_, i, _ := language.NewMatcher([]language.Tag{language.Chinese, language.English}).Match(wanted...)
	return [...]string{langZH, langEN}[i]
}

// static gives the files beside the pages; their address holds their version.
func (c *Console) static(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	kinds := map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
	b, err := files.ReadFile("page/static/" + name)
	kind := kinds[path.Ext(name)]
	if err != nil || kind == "" {
		http.Error(w, "not there", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", kind)
	if r.URL.Query().Get("v") == c.pages.version {
		w.Header().Set("Cache-Control", "private, max-age=31536000, immutable")
	}
	_, _ = w.Write(b) //nolint:gosec // a file of ours, embedded
}
