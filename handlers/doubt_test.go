package handlers_test

import (
	"strings"
	"testing"
	"time"

	"guanjia/bot"
)

const doubtful = "服务器连不上了，很急"

// pages are the numbers under which somebody was called.
func pages(said []bot.Outgoing) (numbers string) {
	for _, m := range said {
		if m.Priority == bot.PriorityPage {
			numbers += m.Subject
		}
	}
	return numbers
}

func TestSilenceInDoubtIsAddedToWhatIsOpen(t *testing.T) {
	o := newOffice(t)
	o.now = time.Date(2027, 7, 1, 22, 0, 0, 0, o.now.Location())
	o.say("cust001", "转人工")
	o.wants(o.say("cust001", doubtful), "user:cust001", "现在紧急吗")
	said := o.pass(61 * time.Second)
	o.wants(said, "user:staff001", "紧急求助 E1", "转人工", doubtful)
	o.wants(said, "user:cust001", "正在通知值班专家")
	if numbers := pages(said); numbers != "E1" {
		t.Errorf("called under %s", numbers)
	}
}

func TestSilenceInDoubtReachesWhoHasItMeanwhile(t *testing.T) {
	o := newOffice(t)
	o.say("cust001", "转人工")
	o.say("cust001", doubtful)
	o.say("staff003", "接单 E1")
	said := o.pass(61 * time.Second)
	o.wants(said, "user:staff003", "E1", "补充", doubtful)
	o.wants(said, "user:cust001", "已转告小陈（E1）")
	if len(said) != 2 {
		t.Errorf("%+v", said)
	}
}

func TestDoubtIsAskedOnceAndItsTimeGoesOn(t *testing.T) {
	o := newOffice(t)
	o.say("cust001", doubtful)
	o.pass(30 * time.Second)
	said := o.say("cust001", "还有网站也打不开了，很急")
	if q := o.wants(said, "user:cust001", "已经记下", "**紧急**", "**不紧急**"); strings.Contains(q.Text, "现在紧急吗") || len(said) != 1 {
		t.Errorf("%+v", said)
	}
	said = o.pass(31 * time.Second)
	o.wants(said, "user:staff001", "紧急求助 E1", doubtful, "还有网站也打不开了，很急")
	if said := o.pass(2 * time.Minute); pages(said) != "" {
		t.Errorf("called again: %+v", said)
	}
}

func TestUrgentBeyondDoubtSettlesTheQuestion(t *testing.T) {
	o := newOffice(t)
	o.say("cust001", doubtful)
	page := o.wants(o.say("cust001", "我们被勒索了，所有文件都打不开！"), "user:staff001", "紧急求助 E1", doubtful, "我们被勒索了")
	if strings.Count(page.Text, "很急") != 2 { // in their words, and as a reason
		t.Errorf("%s", page.Text)
	}
	if said := o.pass(2 * time.Minute); len(said) != 0 {
		t.Errorf("the question goes on: %+v", said)
	}
}

func TestDoubtIsAnsweredAsPeopleWrite(t *testing.T) {
	for words, urgent := range map[string]bool{
		"紧急": true, "紧急！！": true, "URGENT": true, "是的": true, "很急！": true, "yes": true,
		"不紧急": false, "不紧急。": false, "Not urgent.": false, "不急": false, "no": false,
	} {
		o := newOffice(t)
		o.say("cust001", doubtful)
		if got := pages(o.say("cust001", words)) != ""; got != urgent {
			t.Errorf("%q: called %v", words, got)
		}
		if said := o.pass(2 * time.Minute); pages(said) != "" {
			t.Errorf("%q left the question open: %+v", words, said)
		}
	}
}

func TestAClockThatIsPutBackDoesNotMakeDoubtLast(t *testing.T) {
	o := newOffice(t)
	o.say("cust001", doubtful)
	o.now = o.now.Add(-time.Hour)
	for id, d := range o.due { // as the store does when it sees the step
		if d.Wait > 0 {
			d.Due = o.now.Add(d.Wait)
			o.due[id] = d
		}
	}
	o.wants(o.pass(61*time.Second), "user:staff001", "紧急求助 E1", doubtful)
}
