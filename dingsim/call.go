package dingsim

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"
)

// endpoint is one call of the vendor's API.
type endpoint struct {
	pattern string // method and path, as http.ServeMux takes them
	host    family
	open    bool  // needs no access token
	free    bool  // not counted in the monthly quota; if open too, not rate limited
	limit   int64 // of the body in bytes; 0: 1 MiB
	xml     bool  // answered in XML unless the client says what it accepts
	handle  func(*call) (any, *refusal)
}

// call is one request of a client.
type call struct {
	api    string // the pattern of the endpoint
	host   string
	header http.Header
	query  url.Values
	path   func(name string) string
	body   []byte
}

// serve answers an endpoint's requests, faults included.
func (s *Server) serve(ep endpoint) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		out, no := s.answer(w, r, ep)
		f := s.faults.get()
		if no == nil && f.FailAfterSuccess != "" && strings.Contains(r.URL.Path, f.FailAfterSuccess) {
			no = lateFailure(ep.host)
		}
		if !linger(r.Context(), time.Duration(f.Delay)) {
			return
		}
		if no != nil {
			s.log.Debug().Str("api", ep.pattern).Int("status", no.status).Str("code", no.code).Int("errcode", no.errcode).Msg("call refused")
		}
		if ep.xml && r.Header.Get("Accept") == "" {
			writeXML(w, out, no)
			return
		}
		ep.host.write(w, out, no)
	}
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request, ep endpoint) (any, *refusal) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, max(ep.limit, maxBody)))
	if err != nil {
		return nil, tooLarge(ep.host, err)
	}
	c := &call{api: ep.pattern, host: r.Host, header: r.Header, query: r.URL.Query(), path: r.PathValue, body: body}
	if no := s.admit(c, ep); no != nil {
		return nil, no
	}
	return ep.handle(c)
}

func tooLarge(f family, err error) *refusal {
	if _, over := errors.AsType[*http.MaxBytesError](err); over && f == newHost {
		return refuse(http.StatusRequestEntityTooLarge, "InvalidParameter.bodyTooLarge", "The request body is too large.")
	}
	no := errcode(40035, "请求体过大或不完整")
	no.status = http.StatusBadRequest
	return no
}

// lateFailure is what a call answers that took effect all the same.
func lateFailure(f family) *refusal {
	if f == newHost {
		return refuse(http.StatusGatewayTimeout, "ServiceUnavailable.Timeout", "The request has timed out.")
	}
	no := errcode(-1, "系统繁忙")
	no.status = http.StatusInternalServerError
	return no
}

// linger waits; false: the client has gone.
func linger(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// decode reads the JSON body of a new-host call.
func (c *call) decode(into any) *refusal {
	// A body that is not declared as JSON is no body to the vendor's gateway.
	if len(bytes.TrimSpace(c.body)) == 0 || !isJSON(c.header) {
		return refuse(http.StatusBadRequest, "Missingbody", "body is mandatory for this action.")
	}
	if !utf8.Valid(c.body) {
		return refuse(http.StatusBadRequest, "InvalidParameter.body", "The request body is not UTF-8.")
	}
	err := json.Unmarshal(c.body, into)
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		field := wrong.Field[strings.LastIndex(wrong.Field, ".")+1:]
		return refuse(http.StatusBadRequest, "InvalidParameter."+field, field+" must not be a "+wrong.Value+".")
	}
	if err != nil {
		return refuse(http.StatusBadRequest, "InvalidParameter.body", "The request body is not valid JSON.")
	}
	return nil
}

func isJSON(h http.Header) bool {
	return strings.HasPrefix(strings.ToLower(h.Get("Content-Type")), "application/json")
}

// required takes pairs of a field's name and whether it is there.
func required(pairs ...any) *refusal {
	for i := 0; i+1 < len(pairs); i += 2 {
		if there, _ := pairs[i+1].(bool); !there {
			name, _ := pairs[i].(string)
			return refuse(http.StatusBadRequest, "Missing"+name, name+" is mandatory for this action.")
		}
	}
	return nil
}
