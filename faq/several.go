package faq

import "slices"

// minPart is how many atoms a part of a question has at least.
const minPart = 3

// slight is the score in the whole question below which an entry is no second
// question but a circumstance of the first.
const slight = 0.2

// several finds a second entry that a question asks for in a sentence of its own
// (two at most are answered together).
func (j *judgement) several(d *Decision) {
	parts := j.parts()
	if len(parts) < 2 {
		return
	}
	first, second := "", ""
	whole := slices.Clone(j.scores)
	w := new(workspace)
	for _, text := range parts {
		part := j.e.judge(w, j.e.read(w, text), Question{Text: text, Now: j.q.Now, PurchasedAt: j.q.PurchasedAt})
		if !part.asked || float64(part.scores[part.best]) < j.e.answerAt || whole[part.best] < slight || part.ruled() || part.reports() {
			continue
		}
		switch id := j.e.file.Entries[part.best].ID; {
		case first == "":
			first = id
		case second == "" && id != first:
			second = id
		}
	}
	if second != "" {
		d.Action, d.FAQID, d.Also = ActionAnswer, first, []string{second}
	}
}

// parts cuts a question at the ends of its sentences and clauses, and at words
// like 另外.
func (j *judgement) parts() []string {
	var parts []string
	from := 0
	cut := func(to int) {
		if to-from >= minPart {
			parts = append(parts, j.text[j.atoms[from].start:j.end(to)])
		}
		from = to
	}
	for i, a := range j.atoms {
		if a.kind == atomStop {
			cut(i + 1)
		} else if i > from && j.joins(i) {
			cut(i)
		}
	}
	cut(len(j.atoms))
	return parts
}

// end is the byte at which the atoms before one end.
func (j *judgement) end(atom int) int { return j.atoms[atom-1].end }

// joins reports whether a word that begins another question stands at an atom.
func (j *judgement) joins(i int) bool {
	rest := j.text[j.atoms[i].start:]
	return slices.ContainsFunc([]string{"另外", "还有", "顺便", "以及", "此外", "再问", "还想问", "and also", "also", "by the way", "plus", "and if", "and how", "and what", "and can", "and do"},
		func(word string) bool { return len(rest) > len(word) && rest[:len(word)] == word })
}
