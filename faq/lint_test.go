package faq_test

import "testing"

func TestTheBuiltInFAQIsClean(t *testing.T) {
	for _, f := range builtin(t).Lint(t.Context()) {
		t.Error(f)
	}
}
