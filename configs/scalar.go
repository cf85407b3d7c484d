package configs

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
)

// setScalar reads text into v, which is a string, boolean, number or duration.
func setScalar(v reflect.Value, text string) error {
	if v.Type() == reflect.TypeFor[time.Duration]() {
		d, err := ParseDuration(text)
		if err != nil {
			return err
		}
		v.SetInt(int64(d))
		return nil
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Int:
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil {
			return fmt.Errorf("%q is not a whole number", text)
		}
		v.SetInt(int64(n))
	case reflect.Float64:
		f, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		if err != nil || f != f { //nolint:gocritic // the second test is for NaN
			return fmt.Errorf("%q is not a number", text)
		}
		v.SetFloat(f)
	case reflect.Bool:
		b, err := strconv.ParseBool(strings.TrimSpace(text))
		if err != nil {
			return fmt.Errorf("%q is neither true nor false", text)
		}
		v.SetBool(b)
	default:
		return fmt.Errorf("cannot hold a single value")
	}
	return nil
}

// ParseDuration reads Go's form of a duration plus days: 5d, 36h, 1d12h, 20s.
func ParseDuration(text string) (time.Duration, error) {
	bad := fmt.Errorf("%q is not a duration; write it like 20s, 5m, 36h or 5d", text)
	rest := strings.TrimSpace(text)
	var days time.Duration
	if head, tail, ok := strings.Cut(rest, "d"); ok {
		n, err := strconv.ParseFloat(head, 64)
		if err != nil || n < 0 || n > 80_000 || n != n { //nolint:gocritic // the last test is for NaN
			return 0, bad
		}
		days, rest = time.Duration(n*float64(24*time.Hour)), tail
		if rest == "" {
			return days, nil
		}
	}
	d, err := time.ParseDuration(rest)
	if err != nil || d < 0 || days+d < 0 { // longer than a duration can be
		return 0, bad
	}
	return days + d, nil
}

var envRef = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// expand replaces ${NAME} by the environment's value.
func expand(text string, env func(string) (string, bool)) (string, error) {
	var errs []error
	out := envRef.ReplaceAllStringFunc(text, func(m string) string {
		name := m[2 : len(m)-1]
		value, ok := env(name)
		if !ok {
			errs = append(errs, fmt.Errorf("the environment variable %s is not set; set it, or write the value here", name))
		}
		return value
	})
	return out, errors.Join(errs...)
}

func syntaxPosition(err error) position {
	if se, ok := errors.AsType[yaml.Error](err); ok && se.GetToken() != nil && se.GetToken().Position != nil {
		return position{se.GetToken().Position.Line, se.GetToken().Position.Column}
	}
	return position{}
}

func syntaxMessage(err error) string {
	if se, ok := errors.AsType[yaml.Error](err); ok {
		return se.GetMessage()
	}
	return err.Error()
}

// suggest names the key that was probably meant, or all that there are.
func suggest(got string, known []string) string {
	best, distance := "", 3
	for _, k := range known {
		if n := editDistance(got, k); n < distance {
			best, distance = k, n
		}
	}
	if best != "" {
		return fmt.Sprintf("did you mean %s?", best)
	}
	return "known here: " + strings.Join(known, ", ")
}

func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
