package configs

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"guanjia/calendar"
)

// envPrefix starts the name of every environment variable that overrides a value.
const envPrefix = "GUANJIA_"

// overrideAll walks every scalar and lists of scalars, and takes GUANJIA_ plus
// the path in capitals from the environment where that is set: dingtalk.client_id
// is GUANJIA_DINGTALK_CLIENT_ID, the first member's name GUANJIA_TEAM_0_NAME. A
// list of single values is given with commas.
func (d *decoder) overrideAll(v reflect.Value, name, path string) {
	switch {
	case v.Type() == reflect.TypeFor[calendar.DateSpec]():
		d.overrideDate(v, name, path)
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			tag := tagOf(v.Type().Field(i))
			d.overrideAll(v.Field(i), name+"_"+tag, join(path, tag))
		}
	case v.Kind() == reflect.Slice:
		d.overrideList(v, name, path)
	case v.Kind() == reflect.Map:
		d.overrideMap(v, name, path)
	default:
		if text, variable, ok := d.override(name); ok {
			d.fromEnv(path, variable, setScalar(v, text))
		}
	}
}

// override is what the environment has for a value, and in which variable. Few
// shells allow a dash in a name, so that an underscore stands for it as well.
func (d *decoder) override(name string) (text, variable string, ok bool) {
	variable = envName(strings.ReplaceAll(name, "-", "_"))
	if text, ok = d.env(variable); ok {
		return text, variable, true
	}
	variable = envName(name)
	text, ok = d.env(variable)
	return text, variable, ok
}

func (d *decoder) overrideList(v reflect.Value, name, path string) {
	scalars := v.Type().Elem().Kind() != reflect.Struct
	if text, variable, ok := d.override(name); ok && scalars {
		parts := splitList(text)
		out := reflect.MakeSlice(v.Type(), len(parts), len(parts))
		d.fromEnv(path, variable, nil)
		for i, p := range parts {
			if err := setScalar(out.Index(i), p); err != nil {
				d.fromEnv(path, variable, err)
			}
		}
		v.Set(out)
		return
	}
	for i := range v.Len() {
		d.overrideAll(v.Index(i), name+"_"+strconv.Itoa(i), path+"["+strconv.Itoa(i)+"]")
	}
}

// splitList reads a list of single values that is given with commas.
func splitList(text string) []string {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	parts := strings.Split(text, ",")
	for i, p := range parts {
		parts[i] = strings.TrimSpace(p)
	}
	return parts
}

// overrideMap overrides the entries that are there.
func (d *decoder) overrideMap(v reflect.Value, name, path string) {
	for _, key := range v.MapKeys() {
		elem := reflect.New(v.Type().Elem()).Elem()
		elem.Set(v.MapIndex(key))
		d.overrideAll(elem, name+"_"+key.String(), join(path, key.String()))
		v.SetMapIndex(key, elem)
	}
}

func (d *decoder) overrideDate(v reflect.Value, name, path string) {
	text, variable, ok := d.override(name)
	if !ok {
		return
	}
	spec := calendar.DateSpec{Open: splitList(text)}
	if text == calendar.SpecOff || text == calendar.SpecWork {
		spec = calendar.DateSpec{Kind: text}
	}
	d.fromEnv(path, variable, nil)
	v.Set(reflect.ValueOf(spec))
}

// variable is where a value came from that the environment overrides.
type variable struct {
	name string
	bad  bool // what it holds could not be read, which has been said
}

// fromEnv records where a value came from, and what is wrong with it.
func (d *decoder) fromEnv(path, name string, err error) {
	d.vars[path] = variable{name: name, bad: err != nil}
	if err != nil {
		d.problems = append(d.problems, Problem{File: "environment", Path: name, Message: err.Error()})
	}
}

func envName(path string) string {
	return envPrefix + strings.ToUpper(strings.TrimPrefix(path, "_"))
}

// where is the place of a path, for a message about it.
func (d *decoder) where(path string) Problem {
	for p := path; p != ""; p = parent(p) {
		if v, ok := d.vars[p]; ok { // of the value, or of the whole list
			return Problem{File: "environment", Path: v.name}
		}
	}
	for p := path; p != ""; p = parent(p) {
		if at, ok := d.at[p]; ok {
			return Problem{File: d.file, Line: at.line, Column: at.column, Path: path}
		}
	}
	return Problem{File: d.file, Path: path}
}

// written reports whether a value is not the built-in one.
func (d *decoder) written(path string) bool {
	for p := path; p != ""; p = parent(p) {
		if _, ok := d.vars[p]; ok {
			return true
		}
	}
	_, ok := d.at[path]
	return ok
}

// unread reports whether the environment's value for a path could not be read.
func (d *decoder) unread(path string) bool {
	for p := path; p != ""; p = parent(p) {
		if v, ok := d.vars[p]; ok {
			return v.bad
		}
	}
	return false
}

func parent(path string) string {
	i := strings.LastIndexAny(path, ".[")
	if i < 0 {
		return ""
	}
	return path[:i]
}

// complain adds a problem with a value, unless it could not even be read.
func (d *decoder) complain(path, format string, args ...any) {
	if d.unread(path) || slices.ContainsFunc(d.problems, func(p Problem) bool { return p.Path == path }) {
		return
	}
	p := d.where(path)
	p.Message = fmt.Sprintf(format, args...)
	d.problems = append(d.problems, p)
}
