package configs

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// envPrefix starts the name of every environment variable that overrides a value.
const envPrefix = "GUANJIA_"

// overrideAll walks every scalar and lists of scalars, and takes GUANJIA_ plus
// the path in capitals from the environment where that is set: dingtalk.client_id
// is GUANJIA_DINGTALK_CLIENT_ID, the first member's name GUANJIA_TEAM_0_NAME. A
// list of single values is given with commas.
func (d *decoder) overrideAll(v reflect.Value, name, path string) {
	switch {
	case v.Kind() == reflect.Struct && v.Type().Name() != "DateSpec":
		for i := range v.NumField() {
			tag := tagOf(v.Type().Field(i))
			d.overrideAll(v.Field(i), name+"_"+tag, join(path, tag))
		}
	case v.Kind() == reflect.Slice:
		d.overrideList(v, name, path)
	case v.Kind() == reflect.Map:
		d.overrideMap(v, name, path)
	case v.Kind() != reflect.Struct:
		if text, ok := d.env(envName(name)); ok {
			d.fromEnv(path, name, setScalar(v, text))
		}
	}
}

func (d *decoder) overrideList(v reflect.Value, name, path string) {
	scalars := v.Type().Elem().Kind() != reflect.Struct
	if text, ok := d.env(envName(name)); ok && scalars {
		var parts []string
		if strings.TrimSpace(text) != "" {
			parts = strings.Split(text, ",")
		}
		out := reflect.MakeSlice(v.Type(), len(parts), len(parts))
		for i, p := range parts {
			d.fromEnv(path, name, setScalar(out.Index(i), strings.TrimSpace(p)))
		}
		v.Set(out)
		return
	}
	for i := range v.Len() {
		d.overrideAll(v.Index(i), name+"_"+strconv.Itoa(i), path+"["+strconv.Itoa(i)+"]")
	}
}

func (d *decoder) overrideMap(v reflect.Value, name, path string) {
	if v.Type().Elem().Kind() != reflect.String {
		return
	}
	for _, key := range v.MapKeys() {
		envKey := name + "_" + strings.ReplaceAll(key.String(), "-", "_")
		if text, ok := d.env(envName(envKey)); ok {
			v.SetMapIndex(key, reflect.ValueOf(text))
			d.fromEnv(join(path, key.String()), envKey, nil)
		}
	}
}

// fromEnv records where a value came from, and what is wrong with it.
func (d *decoder) fromEnv(path, name string, err error) {
	delete(d.at, path)
	if err != nil {
		d.problems = append(d.problems, Problem{File: "environment", Path: envName(name), Message: err.Error()})
	}
}

func envName(path string) string {
	return envPrefix + strings.ToUpper(strings.TrimPrefix(path, "_"))
}

// where is the place of a path, for a message about it.
func (d *decoder) where(path string) Problem {
	for p := path; p != ""; p = parent(p) {
		if at, ok := d.at[p]; ok {
			return Problem{File: d.file, Line: at.line, Column: at.column, Path: path}
		}
	}
	return Problem{File: d.file, Path: path}
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
	if slices.ContainsFunc(d.problems, func(p Problem) bool { return p.Path == path }) {
		return
	}
	p := d.where(path)
	p.Message = fmt.Sprintf(format, args...)
	d.problems = append(d.problems, p)
}
