package llm

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"guanjia/faq"
)

// none is the entry of a verdict that no candidate answers.
const none = "none"

// verdict is what a model replies: choices, and the words that it saw them in.
type verdict struct {
	Entry         string `json:"entry"`
	Answerable    bool   `json:"answerable"`
	Intent        string `json:"intent"`
	IncidentClass string `json:"incident_class"`
	Urgent        bool   `json:"urgent"`
	Quote         string `json:"quote"`
	Wording       string `json:"wording,omitempty"`
}

// usable reports whether a verdict passed its check; the zero verdict did not.
func (v verdict) usable() bool { return v.Intent != "" }

// intents are those that a model may name. A greeting is none: the engine knows it.
func intents() []string {
	return []string{faq.IntentFAQ, faq.IntentNonSecurity, faq.IntentIncident, faq.IntentHuman, faq.IntentOutOfScope, faq.IntentInjection}
}

// classes are those of GB/Z 20986-2007 that a report is sorted into.
func classes() []string {
	return []string{"content-security", "information-destruction", "harmful-program", "network-attack"}
}

// schema describes a verdict about some candidates, for strict structured output:
// every key is required, no other is allowed.
func schema(ids []string, wording bool) json.RawMessage {
	type object = map[string]any
	choice := func(list ...string) object { return object{"type": "string", "enum": list} }
	properties := object{
		"entry":          choice(append(slices.Clone(ids), none)...),
		"answerable":     object{"type": "boolean"},
		"intent":         choice(intents()...),
		"incident_class": choice(append(classes(), "")...),
		"urgent":         object{"type": "boolean"},
		"quote":          object{"type": "string"},
	}
	required := []string{"entry", "answerable", "intent", "incident_class", "urgent", "quote"}
	if wording {
		properties["wording"] = object{"type": "string"}
		required = append(required, "wording")
	}
	raw, err := json.Marshal(object{"type": "object", "properties": properties, "required": required, "additionalProperties": false})
	if err != nil {
		return nil // never: maps of strings
	}
	return raw
}

// maxReply is how much of a reply is looked at, in bytes.
const maxReply = 16 << 10

var errNoVerdict = errors.New("the reply holds no verdict")

// parse reads a verdict from a reply. Models without structured output think aloud
// or put fences around it, so the first JSON object that is one counts.
func parse(reply string) (verdict, error) {
	reply = reply[:min(len(reply), maxReply)]
	if i := strings.LastIndex(reply, "</think>"); i >= 0 {
		reply = reply[i:]
	}
	for range 8 {
		i := strings.IndexByte(reply, '{')
		if i < 0 {
			break
		}
		reply = reply[i:]
		var v verdict
		if json.NewDecoder(strings.NewReader(reply)).Decode(&v) == nil && v.Entry != "" && v.Intent != "" {
			return v, nil
		}
		reply = reply[1:]
	}
	return verdict{}, errNoVerdict
}

// checked gives the verdict with what contradicts itself taken out, or the zero
// verdict when it names what was not offered or quotes what was not said.
func (v verdict) checked(said string, ids []string) verdict {
	switch {
	case v.Entry != none && !slices.Contains(ids, v.Entry),
		!slices.Contains(intents(), v.Intent),
		v.Intent == faq.IntentIncident && !slices.Contains(classes(), v.IncidentClass),
		!quotes(v.Quote, said):
		return verdict{}
	}
	if v.Intent != faq.IntentIncident {
		v.IncidentClass, v.Urgent = "", false
	}
	if !v.Answerable || v.Intent != faq.IntentFAQ && v.Intent != faq.IntentNonSecurity {
		v.Entry, v.Answerable, v.Wording = none, false, ""
	}
	v.Answerable = v.Entry != none
	return v
}

// quotes reports whether a quote really occurs in what was said. Case, spaces and
// punctuation do not count; a single character or short word is no quote.
func quotes(quote, said string) bool {
	quote, said = fold(quote), fold(said)
	return quote != "" && len(quote) >= min(minQuote, len(said)) && strings.Contains(said, quote)
}

// minQuote is how long a quote is at least, in bytes: two Han characters, or four
// letters, unless less was said.
const minQuote = 4
