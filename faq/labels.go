package faq

// labelKind is what a class of the model stands for.
type labelKind uint8

const (
	labelEntry labelKind = iota
	labelIncident
	labelIntent
	labelNear // a question of the field that no entry answers
	labelFar  // any other question
)

// label is a class of the model.
type label struct {
	kind labelKind
	id   string
}

// example is a labelled question of the FAQ, as the model sees it.
type example struct {
	class    int
	features []feature
	ruled    bool // the words of an intent decide it
}

// sample is a labelled question of the FAQ, as it was written.
type sample struct {
	class int
	text  string
}

// labels lists the classes of a file: entries first, by id.
func labels(f *File) []label {
	var list []label
	for _, e := range f.Entries {
		list = append(list, label{labelEntry, e.ID})
	}
	for _, c := range classes() {
		list = append(list, label{labelIncident, c})
	}
	for _, id := range intentGroups() {
		if len(f.Intents[id].Examples.All()) > 0 && id != groupNonSecurity {
			list = append(list, label{labelIntent, id})
		}
	}
	return append(list, label{kind: labelNear}, label{kind: labelFar})
}

// samples lists the questions of a file with their classes, in its order. The
// synonyms of a concept are questions too, of nobody.
func samples(f *File, ls []label) []sample {
	classOf := make(map[label]int, len(ls))
	for class, l := range ls {
		classOf[l] = class
	}
	var list []sample
	put := func(l label, texts ...string) {
		class, ok := classOf[l]
		if !ok {
			return
		}
		for _, t := range texts {
			list = append(list, sample{class, t})
		}
	}
	for _, e := range f.Entries {
		put(label{labelEntry, e.ID}, e.Title.ZH, e.Title.EN)
		put(label{labelEntry, e.ID}, e.Variants.All()...)
	}
	for _, c := range classes() {
		put(label{labelIncident, c}, f.Incidents[c].Report.All()...)
	}
	for _, id := range intentGroups() {
		if id == groupNonSecurity {
			put(label{labelEntry, entryNonSecurity}, f.Intents[id].Examples.All()...)
			continue
		}
		put(label{labelIntent, id}, f.Intents[id].Examples.All()...)
	}
	put(label{kind: labelNear}, f.Negatives.Near...)
	put(label{kind: labelFar}, f.Negatives.Far...)
	return list
}
