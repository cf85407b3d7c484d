package bot_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"guanjia/bot"
)

// spoken puts messages into an outbox, runs a sender over it and gives what was
// handed to the platform.
func spoken(t *testing.T, do func(context.Context, bot.Outgoing, int) error, os ...bot.Outgoing) (calls []sent, recorded []bot.Delivery) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b, p := newOutbox(true), &platform{do: do}
		for i := range os {
			os[i].ID, os[i].To = string(rune('1'+i)), "group:g"
		}
		b.put(os...)
		stop, _ := sending(t, b, p, bot.SenderConfig{})
		wait(time.Minute)
		stop()
		if b.left() != 0 {
			t.Errorf("%d are left", b.left())
		}
		calls, recorded = p.calls, b.delivered
	})
	return calls, recorded
}

func TestMessagesThatWaitTogetherAreMergedWhereTheyMayBe(t *testing.T) {
	m := func(text string) bot.Outgoing { return bot.Outgoing{Text: text, Mergeable: true} }
	with := func(change func(*bot.Outgoing)) bot.Outgoing {
		o := m("w")
		change(&o)
		return o
	}
	long := strings.Repeat("字", 500) // 1500 bytes
	for name, tc := range map[string]struct {
		waiting []bot.Outgoing
		want    []string
	}{
		"all":                      {[]bot.Outgoing{m("a"), m("b"), m("c")}, []string{"a\n\nb\n\nc"}},
		"one":                      {[]bot.Outgoing{m("a")}, []string{"a"}},
		"first not":                {[]bot.Outgoing{{Text: "a"}, m("b"), m("c")}, []string{"a", "b\n\nc"}},
		"one not, order kept":      {[]bot.Outgoing{m("a"), {Text: "b"}, m("c")}, []string{"a", "b", "c"}},
		"buttons":                  {[]bot.Outgoing{m("a"), with(func(o *bot.Outgoing) { o.Buttons = []bot.Button{{Label: "x", Say: "x"}} }), m("c")}, []string{"a", "w", "c"}},
		"attachment":               {[]bot.Outgoing{m("a"), with(func(o *bot.Outgoing) { o.Attachment = &bot.Attachment{Kind: bot.KindFile} }), m("c")}, []string{"a", "w", "c"}},
		"ding":                     {[]bot.Outgoing{m("a"), with(func(o *bot.Outgoing) { o.Via = bot.ViaDingApp })}, []string{"a", "w"}},
		"chat by name":             {[]bot.Outgoing{m("a"), with(func(o *bot.Outgoing) { o.Via = bot.ViaChat })}, []string{"a\n\nw"}},
		"plain after markdown":     {[]bot.Outgoing{m("a"), with(func(o *bot.Outgoing) { o.Plain = true })}, []string{"a", "w"}},
		"3000 bytes":               {[]bot.Outgoing{m(long), m(long)}, []string{long + "\n\n" + long}},
		"3001 bytes":               {[]bot.Outgoing{m(long), m(long + "!")}, []string{long, long + "!"}},
		"one that is long already": {[]bot.Outgoing{m(long + long + long), m("b")}, []string{long + long + long, "b"}},
	} {
		t.Run(name, func(t *testing.T) {
			calls, recorded := spoken(t, nil, tc.waiting...)
			var got, ids []string
			for _, c := range calls {
				got = append(got, c.Text)
			}
			for _, d := range recorded {
				ids = append(ids, d.ID)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
			if len(ids) != len(tc.waiting) || !slices.IsSorted(ids) {
				t.Errorf("recorded %v", ids)
			}
		})
	}
}

func TestAMergedMessageMentionsEverybodyAndAnswersTheLast(t *testing.T) {
	early, late := bot.Webhook{URL: "https://early", Expires: time.Now().Add(time.Hour)}, bot.Webhook{URL: "https://late", Expires: time.Now().Add(time.Hour)}
	calls, _ := spoken(t, nil,
		bot.Outgoing{Text: "a", Mergeable: true, Mention: []string{"li"}, Reply: early},
		bot.Outgoing{Text: "b", Mergeable: true, Mention: []string{"wang"}, Reply: late},
		bot.Outgoing{Text: "c", Mergeable: true, Mention: []string{"li"}}) // once each
	if len(calls) != 1 || calls[0].Reply != late || !slices.Equal(calls[0].Mention, []string{"li", "wang"}) || calls[0].ID != "1" {
		t.Errorf("%+v", calls)
	}
	calls, _ = spoken(t, nil, bot.Outgoing{Text: "a", Mergeable: true, Reply: early}, bot.Outgoing{Text: "b", Mergeable: true})
	if len(calls) != 1 || calls[0].Reply != early {
		t.Errorf("the reply address, which costs less, is lost: %+v", calls)
	}
}

func TestMergedMessagesFailEachWithItsOwnWords(t *testing.T) {
	refuse := func(context.Context, bot.Outgoing, int) error { return &bot.SendError{Reason: "群已解散"} }
	calls, recorded := spoken(t, refuse, bot.Outgoing{Text: "a", Mergeable: true}, bot.Outgoing{Text: "b", Mergeable: true})
	if len(calls) != 1 || len(recorded) != 2 {
		t.Fatalf("%+v %+v", calls, recorded)
	}
	for i, text := range []string{"a", "b"} {
		if d := recorded[i]; d.OK || d.Text != text || d.Reason != "群已解散" || d.To != "group:g" {
			t.Errorf("%+v", d)
		}
	}
}

// answer is small talk that was made at a time; zero: now.
func answer(text string, at time.Time) bot.Outgoing {
	return bot.Outgoing{
		Text: text, Buttons: []bot.Button{{Label: "x", Say: "x"}}, StaleAfter: 30 * time.Minute, StaleText: "请再发一次", CreatedAt: at,
	}
}

// longAgo is an hour before a bubble's clock begins.
func longAgo() time.Time { return time.Date(1999, 12, 31, 23, 0, 0, 0, time.UTC) }

// Whoever made the message may have had a clock that was an hour behind.
func TestTheAgeOfWhatWasNeverTriedIsNotBelieved(t *testing.T) {
	calls, _ := spoken(t, nil, answer("a", longAgo()), answer("b", longAgo()))
	if len(calls) != 2 || calls[0].Text != "a" || calls[1].Text != "b" {
		t.Errorf("%+v", calls)
	}
}

func TestSmallTalkThatWaitedTooLongBecomesOneNote(t *testing.T) {
	old := longAgo()
	outage := func(_ context.Context, _ bot.Outgoing, call int) error {
		if call <= 3 {
			return &bot.SendError{Retry: true, Reason: "平台中断"}
		}
		return nil
	}
	for name, tc := range map[string]struct {
		waiting []bot.Outgoing
		want    []string
	}{
		"fresh":            {[]bot.Outgoing{answer("a", time.Time{})}, []string{"a"}},
		"stale":            {[]bot.Outgoing{answer("a", old)}, []string{"请再发一次"}},
		"three stale":      {[]bot.Outgoing{answer("a", old), answer("b", old), answer("c", old)}, []string{"请再发一次"}},
		"stale then fresh": {[]bot.Outgoing{answer("a", old), answer("b", time.Time{})}, []string{"请再发一次", "b"}},
		"another note": {
			[]bot.Outgoing{answer("a", old), {Text: "b", StaleAfter: time.Minute, StaleText: "another", CreatedAt: old}},
			[]string{"请再发一次", "another"},
		},
		"a page is never stale":          {[]bot.Outgoing{{Text: "p", CreatedAt: old}, answer("a", old)}, []string{"p", "请再发一次"}},
		"not merged into what is stale":  {[]bot.Outgoing{answer("a", old), {Text: "b", Mergeable: true, CreatedAt: old}}, []string{"请再发一次", "b"}},
		"stale is not merged into fresh": {[]bot.Outgoing{{Text: "b", Mergeable: true, CreatedAt: old}, answer("a", old)}, []string{"b", "请再发一次"}},
	} {
		t.Run(name, func(t *testing.T) {
			calls, recorded := spoken(t, outage, tc.waiting...)
			var got []string
			for _, c := range calls[3:] {
				got = append(got, c.Text)
				if c.Text == "请再发一次" && len(c.Buttons) > 0 {
					t.Error("the note has buttons of an answer nobody gets")
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" || len(recorded) != len(tc.waiting) {
				t.Errorf("%s recorded %d of %d", diff, len(recorded), len(tc.waiting))
			}
		})
	}
}
