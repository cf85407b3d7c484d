package dingsim

import (
	"embed"
	"net/http"
	"strings"
)

//go:embed page
var pageFiles embed.FS

// pageHandler serves the web page: / and what it loads below /_sim/assets/.
// Nothing comes from elsewhere, and nothing inline runs.
func pageHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, ok := strings.CutPrefix(r.URL.Path, "/_sim/assets/")
		if r.URL.Path == "/" {
			name, ok = "index.html", true
		}
		body, err := pageFiles.ReadFile("page/" + name)
		if !ok || err != nil || name == "" {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Type", contentType(name))
		_, _ = w.Write(body) //nolint:gosec // a file of ours, embedded
	})
}

func contentType(name string) string {
	switch {
	case strings.HasSuffix(name, ".html"):
		return "text/html; charset=utf-8"
	case strings.HasSuffix(name, ".css"):
		return "text/css; charset=utf-8"
	case strings.HasSuffix(name, ".js"):
		return "text/javascript; charset=utf-8"
	case strings.HasSuffix(name, ".svg"):
		return "image/svg+xml"
	}
	return "application/octet-stream"
}
