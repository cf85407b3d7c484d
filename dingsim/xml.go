package dingsim

import (
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// writeXML answers as the stream gateway does when a client does not say that it
// accepts JSON. The field reports tell of XML but not of its names: the fields
// are those of the JSON answer.
func writeXML(w http.ResponseWriter, out any, no *refusal) {
	status, root := http.StatusOK, "response"
	fields, _ := out.(map[string]any)
	if no != nil {
		status, root = no.status, "error"
		fields = map[string]any{"code": no.code, "message": no.text, "requestid": newRequestID()}
	}
	var b strings.Builder
	b.WriteString(xml.Header + "<" + root + ">")
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		b.WriteString("<" + name + ">")
		_ = xml.EscapeText(&b, fmt.Append(nil, fields[name])) // a Builder never fails
		b.WriteString("</" + name + ">")
	}
	b.WriteString("</" + root + ">\n")
	w.Header().Set("Content-Type", "application/xml;charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(b.String())) // the client may be gone
}
