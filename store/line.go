package store

import (
	"encoding/json"
	"fmt"
	"time"

	"guanjia/bot"
)

// encodeLine gives a line of a timeline as it is stored: a JSON array of when (Unix
// microseconds), kind, by, text, person and whether it is internal. What is empty
// at its end is left out; a later version may add to the end. There are many lines,
// and the names of fields would be a third of each.
func encodeLine(e bot.Entry) (string, error) {
	line := []any{micros(e.At), e.Kind, e.By, e.Text, e.Person, e.Internal}
	for n := len(line); line[n-1] == "" || line[n-1] == false; n = len(line) {
		line = line[:n-1]
	}
	raw, err := json.Marshal(line)
	if err != nil {
		return "", fmt.Errorf("encode timeline entry: %w", err)
	}
	return string(raw), nil
}

// readLine reads a line as it is stored.
func readLine(of bot.DocRef, line string) (bot.Entry, error) {
	e, at := bot.Entry{Of: of}, int64(0)
	err := json.Unmarshal([]byte(line), &[...]any{&at, &e.Kind, &e.By, &e.Text, &e.Person, &e.Internal})
	e.At = time.UnixMicro(at)
	return e, err
}
