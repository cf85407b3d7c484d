package dingsim

import (
	"encoding/json"
	"maps"
	"net/http"
)

// refusal is an error in the vendor's words: code, message and HTTP status on
// the new host; errcode and text in an HTTP 200 on the old one.
type refusal struct {
	status  int
	code    string
	errcode int
	text    string
	extra   map[string]any
}

func refuse(status int, code, text string) *refusal {
	return &refusal{status: status, code: code, text: text, errcode: -1}
}

func errcode(n int, text string) *refusal {
	return &refusal{status: http.StatusOK, errcode: n, text: text, code: "unknownError"}
}

// family is one of the vendor's two ways to answer.
type family int

const (
	newHost    family = iota // api.dingtalk.com
	oldHost                  // oapi.dingtalk.com
	sendFamily               // the robot webhooks of the old host
)

func (f family) write(w http.ResponseWriter, out any, no *refusal) {
	switch {
	case no != nil && f == newHost:
		body := map[string]any{"code": no.code, "message": no.text, "requestid": newRequestID()}
		writeJSON(w, no.status, with(body, no.extra))
	case no != nil:
		writeJSON(w, no.status, with(map[string]any{"errcode": no.errcode, "errmsg": no.text, "request_id": newRequestID()}, no.extra))
	case f == newHost:
		writeJSON(w, http.StatusOK, out)
	default:
		body := map[string]any{"errcode": 0, "errmsg": "ok"}
		if f == oldHost {
			body["request_id"] = newRequestID()
		}
		fields, _ := out.(map[string]any)
		writeJSON(w, http.StatusOK, with(body, fields))
	}
}

func with(body, more map[string]any) map[string]any {
	maps.Copy(body, more)
	return body
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(body) // the client may be gone; nobody else could be told
}
