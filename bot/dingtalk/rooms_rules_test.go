package dingtalk

import (
	"errors"
	"fmt"
	"net"
	"testing"
)

func TestOnlyACallThatWasNeverSentIsSafeToRepeat(t *testing.T) {
	refused := fmt.Errorf("Post: %w", &net.OpError{Op: "dial", Err: errors.New("connection refused")})
	broken := fmt.Errorf("Post: %w", &net.OpError{Op: "read", Err: errors.New("connection reset")})
	for err, want := range map[error]bool{refused: true, broken: false, errors.New("EOF"): false, nil: false} {
		if got := neverSent(&failure{verdict: verdictAmbiguous, err: err}); got != want {
			t.Errorf("%v: %v, want %v", err, got, want)
		}
	}
}

func FuzzMobileNumber(f *testing.F) {
	for _, s := range []string{"13800000001", "+86 138", "＋86", "0086", "++1", "00", "８６"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n := mobileNumber(s)
		if n != "" && (len(n) < 6 || len(n) > 16) {
			t.Errorf("%q gives %q", s, n)
		}
		for i, r := range n {
			if (r < '0' || r > '9') && (r != '+' || i != 0) {
				t.Errorf("%q gives %q", s, n)
			}
		}
	})
}
