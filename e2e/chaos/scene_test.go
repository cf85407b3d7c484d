package chaos_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

// scene is a world with people in it, up to the verdict.
type scene struct {
	t     *testing.T
	w     *world
	p     *people
	began time.Time
}

func newScene(t *testing.T, w *world) *scene {
	t.Helper()
	s := &scene{t, w, newPeople(w), time.Now()}
	s.p.experts(t.Context())
	return s
}

// end waits until nothing is owed any more, ends the replicas politely, and lets
// the judge speak; trouble is what went wrong with the breaking.
func (s *scene) end(title string, trouble error) evidence {
	s.t.Helper()
	if trouble != nil {
		s.t.Fatalf("what was broken could not be mended, there is nothing to judge: %v", trouble)
	}
	s.w.settle(s.t.Context())
	s.p.goHome()
	took := time.Since(s.began)
	cases, noList := s.w.cases(s.t.Context())
	errorLines, err := s.w.quit()
	e := s.w.evidence()
	e.cases = cases
	kept := s.w.keep(strings.ReplaceAll(title, " ", "-"), e)
	if err := errors.Join(append(s.p.errs, err, noList, kept)...); err != nil {
		s.t.Error(err)
	}
	f := newJudge(e).rule(s.w.clocks.validity)
	s.t.Log("\n" + table(title, took, e, f, errorLines))
	f.check(s.t, e.kills())
	return e
}

// settle waits until nothing is owed any more, or nothing more can come.
func (w *world) settle(ctx context.Context) {
	eventually(ctx, w.clocks.validity+4*w.clocks.ackWithin+20*time.Second, func() bool {
		f := newJudge(w.evidence()).rule(w.clocks.validity)
		return len(f.lost)+len(f.unattended) == 0 || !pause(ctx, time.Second)
	})
	pause(ctx, time.Second) // for what is said too much
}

// fewKills is below how many kills the doubled are not counted against them: one
// death repeats whatever its process was just sending, which is one on average.
const fewKills = 20

// check holds the figures against the numbers to reach.
func (f figures) check(t *testing.T, kills int) {
	t.Helper()
	for _, l := range f.lost {
		t.Errorf("lost: %s", l)
	}
	for _, l := range f.unattended {
		t.Errorf("nobody took it, and the catch-all was not told: %s", l)
	}
	for _, l := range f.disorder {
		t.Errorf("out of order: %s", l)
	}
	for _, l := range f.doubled {
		t.Logf("doubled: %s", l)
	}
	for _, l := range f.repeated {
		t.Errorf("doubled, and nobody died: %s", l)
	}
	if kills >= fewKills && len(f.doubled) > kills {
		t.Errorf("%d things were said twice, more than one for each of %d kills", len(f.doubled), kills)
	}
}
