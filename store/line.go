package store

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"guanjia/bot"
)

// How a text is written where a tab ends it and a line has no end.
var (
	escaping   = strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`) //nolint:gochecknoglobals // immutable
	unescaping = strings.NewReplacer(`\\`, `\`, `\t`, "\t", `\n`, "\n") //nolint:gochecknoglobals // immutable
)

// fieldEnd stands between two fields of a line, and internalMark in the last one.
const (
	fieldEnd     = "\t"
	internalMark = "internal"
)

// encodeLine gives a line of a timeline as it is stored: when (Unix milliseconds),
// kind, by, text, person and whether it is internal, with tabs between. What is
// empty at its end is left out; a later version may add to the end. There are many
// lines, and as JSON each would be a seventh longer.
func encodeLine(e bot.Entry) string {
	fields := []string{strconv.FormatInt(e.At.UnixMilli(), 10), e.Kind, e.By, e.Text, e.Person, ""}
	if e.Internal {
		fields[5] = internalMark
	}
	for i, f := range fields {
		fields[i] = escaping.Replace(f)
	}
	return strings.TrimRight(strings.Join(fields, fieldEnd), fieldEnd)
}

// readLine reads a line as it is stored.
func readLine(of bot.DocRef, line string) (bot.Entry, error) {
	fields := append(strings.Split(line, fieldEnd), "", "", "", "", "")
	ms, err := strconv.ParseInt(fields[0], 10, 64)
	if err != nil {
		return bot.Entry{}, fmt.Errorf("it begins with no time: %w", err)
	}
	for i, f := range fields {
		fields[i] = unescaping.Replace(f)
	}
	return bot.Entry{
		Of: of, At: time.UnixMilli(ms), Kind: fields[1], By: fields[2], Text: fields[3], Person: fields[4],
		Internal: fields[5] == internalMark,
	}, nil
}
