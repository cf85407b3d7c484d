package faq

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// Label is one labelled question of an evaluation file (contract §1). What is nil
// is not judged.
type Label struct {
	Question      string  `json:"question"`
	Action        *string `json:"action"`
	FAQID         *string `json:"faq_id"`
	Intent        *string `json:"intent"`
	IncidentClass *string `json:"incident_class"`
	Urgent        *bool   `json:"urgent"`
	Lang          *string `json:"lang"` // zh, en or mixed: the results are also counted by it

	line int
}

// maxLabelLine bounds a line of an evaluation file, in bytes.
const maxLabelLine = 1 << 20

// ReadLabels reads an evaluation file, one JSON object a line. Errors name the
// line; name is the file's.
func ReadLabels(r io.Reader, name string) ([]Label, error) {
	var list []Label
	scanner := bufio.NewScanner(r)
	scanner.Buffer(nil, maxLabelLine)
	for n := 1; scanner.Scan(); n++ {
		line := bytes.TrimSpace(scanner.Bytes())
		if len(line) == 0 {
			continue
		}
		dec := json.NewDecoder(bytes.NewReader(line))
		dec.DisallowUnknownFields()
		l := Label{line: n}
		if err := dec.Decode(&l); err != nil {
			return nil, fmt.Errorf("%s:%d:%d: %w; a line is {\"question\":…,\"action\":…,\"faq_id\":…,\"intent\":…,\"incident_class\":…,\"urgent\":…,\"lang\":…}", name, n, dec.InputOffset()+1, err)
		}
		list = append(list, l)
	}
	if err := scanner.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("%s:1:1: has no labelled question; write one JSON object a line", name)
	}
	return list, nil
}

// Eval puts labelled questions to a decider, such as Engine.Decide, and counts.
// The clock is asked only to measure how long a decision takes.
func Eval(ctx context.Context, decide func(context.Context, Question) Decision, labels []Label, now time.Time) *Report {
	rep := newReport()
	for _, l := range labels {
		start := time.Now()
		d := decide(ctx, Question{Text: l.Question, Now: now})
		rep.add(l, d, time.Since(start))
	}
	rep.finish()
	return rep
}
