package guanjia_test

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// The budgets of CONTRIBUTING.md, in lines. Past a hard one the test fails; a
// median or a ninth decile above its aim is only logged, because no single
// change is to blame for it.
const (
	maxFile     = 500
	maxTestFile = 800
	maxFunction = 70

	aimFileMedian     = 140
	aimFunctionMedian = 11
	aimFunctionP90    = 40
)

func TestFilesAndFunctionsStayWithinTheirBudget(t *testing.T) {
	files := house(t)
	report(t, checkBudgets(files))
	for _, warning := range checkAims(files) {
		t.Log("warning: ", warning)
	}
}

// checkBudgets finds files and functions that are too long.
func checkBudgets(files []source) []string {
	var found []string
	for _, f := range files {
		limit := maxFile
		if f.test {
			limit = maxTestFile
		}
		if n := lines(f.text); n > limit {
			found = append(found, fmt.Sprintf("%s: %d lines, at most %d; which part of it is a file of its own?", f.path, n, limit))
		}
		for name, n := range functions(f) {
			if n > maxFunction {
				found = append(found, fmt.Sprintf("%s: %s has %d lines, at most %d; which part of it has a name?", f.path, name, n, maxFunction))
			}
		}
	}
	slices.Sort(found)
	return found
}

// checkAims compares the usual file and function with what we aim at.
func checkAims(files []source) []string {
	var perFile, perFunction []int
	for _, f := range files {
		if f.test {
			continue
		}
		perFile = append(perFile, lines(f.text))
		for _, n := range functions(f) {
			perFunction = append(perFunction, n)
		}
	}
	var found []string
	for _, aim := range []struct {
		what string
		is   int
		want int
	}{
		{"median file", quantile(perFile, 50), aimFileMedian},
		{"median function", quantile(perFunction, 50), aimFunctionMedian},
		{"ninth decile of functions", quantile(perFunction, 90), aimFunctionP90},
	} {
		if aim.is > aim.want {
			found = append(found, fmt.Sprintf("%s: %d lines, the aim is %d", aim.what, aim.is, aim.want))
		}
	}
	return found
}

func lines(text string) int { return len(slices.Collect(strings.Lines(text))) }

// functions yields the length of each declared function, from func to brace.
func functions(f source) func(yield func(string, int) bool) {
	return func(yield func(string, int) bool) {
		for _, d := range f.file.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && !yield(fn.Name.Name, f.line(fn.End())-f.line(fn.Pos())+1) {
				return
			}
		}
	}
}

// quantile is the value below which percent of the values lie, 0 of none.
func quantile(values []int, percent int) int {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[min(len(values)*percent/100, len(values)-1)]
}
