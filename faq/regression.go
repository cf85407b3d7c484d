package faq

import (
	"bytes"
	_ "embed" // the regression questions
)

//go:embed testdata/regression.jsonl
var regression []byte

// Regression are the labelled questions of the built-in FAQ, none of which it was
// trained with. No change of an FAQ may lose one of them.
func Regression() ([]Label, error) {
	return ReadLabels(bytes.NewReader(regression), "regression.jsonl")
}
