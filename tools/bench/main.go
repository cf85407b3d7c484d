package main

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: bench OUTPUT-OF-GO-TEST performance.md FOLDER-OF-PICTURES")
		os.Exit(2)
	}
	if err := report(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func report(output, page, pictures string) error {
	f, err := os.Open(output)
	if err != nil {
		return err
	}
	defer f.Close()
	r, err := read(f)
	if err != nil {
		return err
	}
	for _, c := range curves() {
		if err := draw(c, r, pictures); err != nil {
			return fmt.Errorf("draw %s: %w", c.file, err)
		}
	}
	text, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	text, err = replace(text, table(r))
	if err != nil {
		return fmt.Errorf("%s: %w", page, err)
	}
	return os.WriteFile(page, text, 0o644)
}

// results are the values of each benchmark by unit; several where it ran several
// times.
type results map[string]map[string][]float64

var line = regexp.MustCompile(`^Benchmark(\S+?)(?:-\d+)?\s+\d+\s+(.*)$`)

// read takes the lines of benchmarks out of the output of go test.
func read(from io.Reader) (results, error) {
	r := results{}
	in := bufio.NewScanner(from)
	for in.Scan() {
		m := line.FindStringSubmatch(in.Text())
		if m == nil {
			continue
		}
		if r[m[1]] == nil {
			r[m[1]] = map[string][]float64{}
		}
		fields := strings.Fields(m[2])
		for i := 0; i+1 < len(fields); i += 2 {
			v, err := strconv.ParseFloat(fields[i], 64)
			if err != nil {
				return nil, fmt.Errorf("line %q: %w", in.Text(), err)
			}
			r[m[1]][fields[i+1]] = append(r[m[1]][fields[i+1]], v)
		}
	}
	return r, in.Err()
}

// value is the median of what was measured.
func (r results) value(name, unit string) (float64, bool) {
	vs := slices.Sorted(slices.Values(r[name][unit]))
	if len(vs) == 0 {
		return 0, false
	}
	return vs[len(vs)/2], true
}

// largest is the benchmark "name/key=n" with the largest n.
func (r results) largest(name string) string {
	best, most := name, -1.0
	for n := range maps.Keys(r) {
		if x, ok := size(n, name); ok && x > most {
			best, most = n, x
		}
	}
	return best
}

// size is n of the benchmark "name/key=n".
func size(full, name string) (float64, bool) {
	rest, ok := strings.CutPrefix(full, name+"/")
	if !ok {
		return 0, false
	}
	_, digits, ok := strings.Cut(rest, "=")
	n, err := strconv.ParseFloat(digits, 64)
	return n, ok && err == nil
}

const begin, end = "<!-- bench: begin -->", "<!-- bench: end -->"

// replace puts the table between its marks.
func replace(page []byte, table string) ([]byte, error) {
	before, rest, ok := strings.Cut(string(page), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		return nil, fmt.Errorf("the marks %s and %s are missing", begin, end)
	}
	return []byte(before + begin + "\n" + table + end + after), nil
}
