package escalation_test

import (
	"encoding/json"
	"testing"
	"time"

	"guanjia/bot"
	"guanjia/escalation"
)

func BenchmarkBegin(b *testing.B) {
	people, p := everybody(), plan()
	n := escalation.New{ID: "E1", Kind: escalation.KindUrgent, Asker: asker()}
	b.ReportAllocs()
	for b.Loop() {
		escalation.Begin(n, p, people, night(0))
	}
}

// BenchmarkStored is what a step costs beside Redis: read, change, write.
func BenchmarkStored(b *testing.B) {
	people := everybody()
	e, f := escalation.Begin(escalation.New{ID: "E1", Kind: escalation.KindUrgent, Asker: asker()}, plan(), people, night(0))
	body, err := json.Marshal(e)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		var e escalation.Escalation
		if err := json.Unmarshal(body, &e); err != nil {
			b.Fatal(err)
		}
		e.Due(f.Set[0].Kind, f.Set[0].Run, people, night(5*time.Minute))
		if _, err := json.Marshal(&e); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(body)), "bytes")
}

func asker() escalation.Asker {
	return escalation.Asker{
		Identity: "staff:0123456789012345678", StaffID: "0123456789012345678", Lang: "zh", To: bot.User("0123456789012345678"),
		Conversation: "cidAbCdEfGhIjKlMnOpQrStUvWxYz0123456789==",
	}
}

// An open escalation takes at most 3 KB in Redis (issue 4), keys and indexes
// included.
func TestEscalationIsSmallEnoughToKeepTenThousand(t *testing.T) {
	p := plan()
	p.Repeat = 3
	e, f := escalation.Begin(escalation.New{ID: "E12345", Kind: escalation.KindUrgent, Asker: asker()}, p, everybody(), night(0))
	for i, limit := range []int{1500, 1500, 2000, 2000} {
		body, err := json.Marshal(e)
		if err != nil || len(body) > limit {
			t.Errorf("at step %d: %d bytes, %v", i+1, len(body), err)
		}
		f = e.Due(f.Set[0].Kind, f.Set[0].Run, everybody(), night(time.Duration(i)*time.Minute))
	}
	for range 20 {
		if len(f.Set) > 0 {
			f = e.Due(f.Set[0].Kind, f.Set[0].Run, everybody(), night(time.Hour))
		}
		for _, c := range e.Calls {
			e.Delivered(c.Member, c.Via, c.Run, escalation.OutcomeSent, "", everybody(), night(time.Hour))
		}
	}
	body, err := json.Marshal(e)
	if err != nil || len(body) > 3600 {
		t.Errorf("after rounds of it: %d bytes, %v", len(body), err)
	}
	t.Logf("%d bytes: %s", len(body), body)
}
