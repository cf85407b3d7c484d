package faq

import (
	"slices"
	"strings"
)

// readReport tells a report of an incident from talk about one. It looks at each
// word of the incident lexicon and at the clause around it: whether something says
// that it happened, or that it is supposed, denied or asked about.
func (r *reading) readReport() {
	for _, h := range r.hits {
		g := r.group(h)
		if g.family != familyIncident {
			continue
		}
		kind := r.judge(h)
		r.report = max(r.report, kind)
		i := slices.Index(classes(), g.name)
		if isAttacker(r.words(h)) {
			r.attacked = true
		} else if kind >= reportWeak || r.class[i] == 0 {
			r.class[i] = max(r.class[i], int(kind))
		}
		if kind == reportStrong && !r.elsewhere(h) {
			r.current = true
			if from, to := r.sentence(h.from); to-from < len(r.atoms)-1 && !r.asks(from, to) {
				r.apart = r.text[r.atoms[from].start:r.atoms[to-1].end]
			}
		}
	}
}

// isAttacker tells the words that say that somebody attacks, and not what became of
// it: they are of no class where others tell.
func isAttacker(words string) bool {
	switch words {
	case "黑客", "骇客", "攻击", "被攻击", "入侵", "被入侵", "被黑", "黑了", "攻击者", "入侵者", "hack", "hacked", "hacker", "hackers", "hacking",
		"attack", "attacks", "attacked", "attacker", "attackers", "under attack", "intruder", "intruders", "intrusion", "compromised":
		return true
	}
	return false
}

// sentence is the range of atoms of the sentence that an atom stands in.
func (r *reading) sentence(atom int) (from, to int) {
	stops := func(i int) bool { return r.atoms[i].kind == atomStop && r.atoms[i].r != ',' }
	for from = atom; from > 0 && !stops(from-1); from-- {
	}
	for to = atom; to < len(r.atoms) && !stops(to); to++ {
	}
	return from, to
}

// judge says what one incident word is there for.
func (r *reading) judge(h hit) reportKind {
	from, to := r.clause(h.from)
	switch {
	case r.mood(moodNegation, from, to), r.supposed(from, to), r.mood(moodDefinition, from, to):
		return reportAbout
	case r.attributive(h, to), r.ownDoing(h), r.mood(moodWanted, from, to) && !r.happenedIn(from, to):
		return reportAbout
	case r.mood(moodQuestion, from, to) && r.asks(from, to) && !r.wantsHelp(from, to):
		return reportAbout
	case r.happened(h, from, to):
		return reportStrong
	}
	return reportWeak
}

// ownDoing reports whether what an incident word tells was done by the asker's own
// people: 同事误操作把表删了. Only a loss can be, and in the same clause: nobody defaces
// or leaks what is their own, and 我自己的, 升级后 only say whose it is and since when.
func (r *reading) ownDoing(h hit) bool {
	if r.group(h).name == classHarmful || !isLoss(r.words(h)) {
		return false
	}
	from, to := r.clause(h.from)
	own, ok := r.find(moodOwnDoing, from, to)
	return ok && !r.others(from, to) && !r.suffered(h, own) && (own.to >= to || r.atoms[own.to].r != '的')
}

// suffered reports whether an incident word tells what was done to somebody, and
// its own doing does not say by whom: 升级后被删光了.
func (r *reading) suffered(h, own hit) bool {
	passive := r.atoms[h.from].r == '被' || h.from > 0 && r.atoms[h.from-1].r == '被'
	return passive && r.atoms[own.from].r != '被'
}

// others reports whether somebody else does something in a clause.
func (r *reading) others(from, to int) bool {
	clause := r.text[r.atoms[from].start:r.atoms[to-1].end]
	return containsAny(clause, "有人", "被人", "别人", "他人", "外人", "黑客", "somebody", "someone", "hacker", "attacker")
}

// isLoss tells the words of what is gone, deleted or down.
func isLoss(words string) bool {
	return containsAny(words, "删", "清空", "丢", "没了", "打挂", "打瘫", "打垮", "drop", "delet", "wipe", "eras", "gone", "missing", "loss")
}

func containsAny(text string, words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}

// supposed reports whether a clause is hypothetical, by itself or because the one
// before it sets the condition.
func (r *reading) supposed(from, to int) bool {
	if r.mood(moodHypothetical, from, to) {
		return true
	}
	if from == 0 {
		return false
	}
	before, end := r.clause(from - 2)
	return r.mood(moodHypothetical, before, end) && !r.happenedIn(from, to)
}

// maxAttribute is how many characters stand at most between an incident word and
// the 的 by which it describes something: 被黑客搞坏的数据.
const maxAttribute = 3

// attributive reports whether an incident word only describes what is asked about:
// 被勒索的数据能恢复吗, 攻击的原因.
func (r *reading) attributive(h hit, end int) bool {
	for i := h.to; i < min(end-1, h.to+maxAttribute+1); i++ {
		switch a := r.atoms[i]; {
		case a.r == '的':
			return r.asked && r.atoms[i+1].r != '很'
		case a.kind != atomHan, a.r == '我', a.r == '你':
			return false
		}
	}
	return false
}

// happened reports whether something around an incident word says that it took
// place: the passive, the perfective, a word of finding or of now, or whose it is.
func (r *reading) happened(h hit, from, to int) bool {
	for i := max(from, h.from-4); i < min(to, h.to+4); i++ {
		switch r.atoms[i].r {
		case '被', '遭', '给':
			if i < h.to {
				return true
			}
		case '了':
			if i >= h.from {
				return true
			}
		}
	}
	return r.happenedIn(from, to) || r.mood(moodOurs, from, to) || r.wantsHelp(from, to) || !r.asked && (r.anywhere(moodDown) || r.wantsHelp(0, len(r.atoms)))
}

// wantsHelp reports whether help is asked for.
func (r *reading) wantsHelp(from, to int) bool {
	return r.mood(moodUp, from, to) || r.mood(moodPlea, from, to)
}

// hurry is a word that help is wanted now. A plea alone is none: 磁盘满了怎么办.
func (r *reading) hurry() (hit, bool) {
	for _, h := range r.hits {
		if g := r.group(h); g.family == familyMood && g.name == string(moodUp) && !r.inside(h, moodPlea, moodNow) {
			return h, true
		}
	}
	return hit{}, false
}

// hurries reports whether help is wanted now.
func (r *reading) hurries() bool {
	_, ok := r.hurry()
	return ok
}

func (r *reading) happenedIn(from, to int) bool {
	return r.mood(moodHappened, from, to) || r.mood(moodNow, from, to)
}

// elsewhere reports whether an incident is another's, over or of another time.
func (r *reading) elsewhere(h hit) bool {
	from, to := r.clause(h.from)
	if r.mood(moodThirdParty, from, to) {
		return true
	}
	now := r.mood(moodNow, from, to)
	if r.mood(moodPast, from, to) && !now {
		return true
	}
	if now || r.mood(moodOurs, from, to) {
		return r.solved(to)
	}
	return r.anywhere(moodThirdParty) || r.solved(to)
}

// over reports whether the whole of it is of another time, of another or settled,
// where no incident word tells.
func (r *reading) over() bool {
	return r.anywhere(moodSolved) || (r.anywhere(moodPast) || r.anywhere(moodThirdParty) || r.dated()) && !r.anywhere(moodNow) && !r.hurries()
}

// solved reports whether a clause after an atom, or its own, says that it is over.
func (r *reading) solved(to int) bool {
	from, _ := r.clause(max(to-1, 0))
	return r.mood(moodSolved, from, len(r.atoms))
}
