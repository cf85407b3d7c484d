package faq

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
)

// mood is what a phrase says of its sentence.
type mood string

// The moods of words.yaml. An FAQ extends them under "urgency".
const (
	moodUp           mood = "up"
	moodPlea         mood = "plea"
	moodNow          mood = "now"
	moodDown         mood = "down"
	moodHypothetical mood = "hypothetical"
	moodPast         mood = "past"
	moodSolved       mood = "solved"
	moodThirdParty   mood = "third_party"
	moodNegation     mood = "negation"
	moodProduct      mood = "product"
	moodDefinition   mood = "definition"
	moodQuestion     mood = "question"
	moodHappened     mood = "happened"
	moodOurs         mood = "ours"
	moodPlain        mood = "plain"
	moodOwnDoing     mood = "own_doing"
	moodWanted       mood = "wanted"
	moodAsk          mood = "ask"
	moodWho          mood = "who"
	moodWhen         mood = "when"
	moodHowLong      mood = "how_long"
	moodAgain        mood = "again"
	moodHow          mood = "how"
	moodWhy          mood = "why"
)

// moods lists the moods; their numbers are their places here.
func moods() []mood {
	return []mood{
		moodUp, moodPlea, moodNow, moodDown, moodHypothetical, moodPast, moodSolved, moodThirdParty, moodNegation, moodProduct,
		moodDefinition, moodQuestion, moodHappened, moodOurs, moodPlain, moodOwnDoing, moodWanted, moodAsk, moodWho, moodWhen, moodHowLong, moodAgain, moodHow, moodWhy,
	}
}

// isForm tells the moods that are forms of asking: they may overlap with others.
func (m mood) isForm() bool {
	switch m {
	case moodAsk, moodWho, moodWhen, moodHowLong, moodAgain, moodHow, moodWhy:
		return true
	default:
		return false
	}
}

// The intents whose words and examples an FAQ may list.
const (
	groupHuman       = "human"
	groupGreeting    = "greeting"
	groupThanks      = "thanks"
	groupComplaint   = "complaint"
	groupInjection   = "injection"
	groupBuyer       = "buyer"
	groupNonSecurity = "non_security"
	groupFollowUp    = "followup"
)

func intentGroups() []string {
	return []string{groupHuman, groupGreeting, groupThanks, groupComplaint, groupInjection, groupBuyer, groupNonSecurity, groupFollowUp}
}

//go:embed words.yaml
var ownWords []byte

// everyday reads the engine's own words.
func everyday() (map[string][]string, error) {
	f := &File{Urgency: map[string][]string{}, at: map[string]place{}}
	r := &reader{file: f}
	r.document("words.yaml", ownWords)
	r.checkGroups()
	if err := r.joined(); err != nil {
		return nil, fmt.Errorf("the engine's own words: %w", err)
	}
	return f.Urgency, nil
}

// buildLexicon puts all phrases of an FAQ and the engine's own into one lexicon,
// in an order that does not depend on chance.
func buildLexicon(f *File, n *normalizer, py *pinyinTable) (*lexicon, error) {
	own, err := everyday()
	if err != nil {
		return nil, err
	}
	l := newLexicon(n, py)
	for _, m := range moods() {
		fam := familyMood
		if m.isForm() {
			fam = familyForm
		}
		l.add(fam, string(m), slices.Concat(own[string(m)], f.Urgency[string(m)]))
	}
	for _, c := range classes() {
		l.add(familyIncident, c, f.Incidents[c].Words)
	}
	for _, id := range intentGroups() {
		l.add(familyIntent, id, f.Intents[id].Words)
	}
	for _, name := range slices.Sorted(maps.Keys(f.Concepts)) {
		l.add(familyConcept, name, f.Concepts[name])
	}
	return l, nil
}
