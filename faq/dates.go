package faq

import (
	"strings"
	"time"
)

// day is a day of the calendar as it was said: 七月一号, July 1st, the 23rd.
type day struct {
	month  int // 0: none was said
	number int
}

// said reports whether there is a day.
func (d day) said() bool { return d.number > 0 }

// until counts the days to a later day. A month that was not said is the other's,
// or the one before where that would be too late.
func (d day) until(later day) int {
	month := d.month
	switch {
	case month == 0 && later.month == 0:
		month, later.month = 2, 2
	case month == 0:
		month = later.month
	case later.month == 0:
		later.month = month
		if later.number < d.number {
			later.month++
		}
	}
	if d.month == 0 && d.number > later.number {
		month--
	}
	const year = 2025 // no leap year; which one does not matter
	at := func(month, number int) time.Time {
		return time.Date(year, time.Month(month), number, 0, 0, 0, 0, time.UTC)
	}
	n := int(at(later.month, later.number).Sub(at(month, d.number)) / (24 * time.Hour))
	if n < 0 {
		n += 365
	}
	return n
}

// readDates reads the day of a purchase, and the day that it is said to be now.
func (r *reading) readDates() (bought, now day) {
	for i := 0; i < len(r.atoms); i++ {
		d, next, ok := r.date(i)
		if !ok {
			continue
		}
		from, to := r.clause(i)
		switch {
		case bought.said():
			now = d
		case r.bought(max(from, i-8), i) || r.bought(next, min(to, next+8)):
			bought = d
		}
		i = next - 1
	}
	return bought, now
}

// dated reports whether a day of some month is named: what is going on needs no
// date.
func (r *reading) dated() bool {
	for i := range r.atoms {
		if d, _, ok := r.date(i); ok && d.month > 0 {
			return true
		}
	}
	return false
}

// date reads a day of the calendar that begins at an atom, and the atom after it.
func (r *reading) date(i int) (d day, next int, ok bool) {
	if i > 0 && (r.atoms[i-1].kind == atomNumber || chineseDigit(r.atoms[i-1].r) >= 0) {
		return day{}, 0, false
	}
	if d, next, ok := r.englishDate(i); ok {
		return d, next, true
	}
	n, j := r.number(i)
	if j == i || j >= len(r.atoms) || n < 1 || n > 31 {
		return day{}, 0, false
	}
	switch r.atoms[j].r {
	case '号': // 二十号, not 2号楼
		return day{0, int(n)}, j + 1, j+1 == len(r.atoms) || r.atoms[j+1].kind != atomHan || !isPlace(r.atoms[j+1].r)
	case '月': // 七月一号
		return r.chineseMonth(int(n), j)
	}
	return day{}, 0, false
}

// englishDate reads July 1st, the 1st, 1st of July, in July.
func (r *reading) englishDate(i int) (d day, next int, ok bool) {
	if m := r.monthName(i); m > 0 {
		if n, j, ok := r.ordinal(i+1, true); ok {
			return day{m, n}, j, true
		}
		return day{m, middle}, i + 1, i > 0 && (r.is(i-1, "in") || r.is(i-1, "since") || r.is(i-1, "from") || r.is(i-1, "last"))
	}
	n, j, ok := r.ordinal(i, false)
	if !ok {
		return day{}, 0, false
	}
	if j < len(r.atoms) && r.is(j, "of") && r.monthAt(j+1) > 0 {
		return day{r.monthAt(j + 1), n}, j + 2, true
	}
	if m := r.monthAt(j); m > 0 {
		return day{m, n}, j + 1, true
	}
	return day{0, n}, j, j > i+1
}

// chineseMonth reads what follows on a number and 月, which stands at an atom.
func (r *reading) chineseMonth(month, at int) (d day, next int, ok bool) {
	k, next := 0.0, at+1
	if next < len(r.atoms) {
		k, next = r.number(at + 1)
	}
	switch {
	case month > 12 || at+1 < len(r.atoms) && strings.ContainsRune("前多内里", r.atoms[at+1].r):
	case k >= 1 && k <= 31 && next < len(r.atoms) && (r.atoms[next].r == '号' || r.atoms[next].r == '日'):
		return day{month, int(k)}, next + 1, true
	case k == 0 && !strings.ContainsRune("两俩仨半几", r.atoms[at-1].r):
		return day{month, r.partOfMonth(at + 1)}, at + 1, true
	}
	return day{}, 0, false
}

// The days that stand for parts of a month: 六月初, 六月, 六月底.
const begin, middle, finish = 1, 15, 28

func (r *reading) partOfMonth(i int) int {
	switch {
	case i >= len(r.atoms):
	case r.atoms[i].r == '初':
		return begin
	case r.atoms[i].r == '底', r.atoms[i].r == '末':
		return finish
	}
	return middle
}

// isPlace tells what a number before it names, and dates not: 2号楼, 1号机.
func isPlace(c rune) bool {
	switch c {
	case '楼', '机', '线', '服', '院', '库', '主', '店', '厂', '门', '码', '节', '站', '群', '系':
		return true
	}
	return false
}

// ordinal reads 1st, 23 rd; bare allows a number without its ending.
func (r *reading) ordinal(i int, bare bool) (n, next int, ok bool) {
	if i >= len(r.atoms) || r.atoms[i].kind != atomNumber {
		return 0, 0, false
	}
	v := smallNumber(r.text[r.atoms[i].start:r.atoms[i].end])
	if v < 1 || v > 31 {
		return 0, 0, false
	}
	if j := i + 1; j < len(r.atoms) && (r.is(j, "st") || r.is(j, "nd") || r.is(j, "rd") || r.is(j, "th")) && !r.isUnit(j+1) {
		return int(v), j + 1, true
	}
	return int(v), i + 1, bare || r.monthAt(i+1) > 0
}

func (r *reading) isUnit(i int) bool {
	if i >= len(r.atoms) {
		return false
	}
	_, size := r.unit(i)
	return size > 0
}

// is reports whether an atom is a word.
func (r *reading) is(i int, w string) bool {
	return r.atoms[i].kind == atomWord && r.text[r.atoms[i].start:r.atoms[i].end] == w
}

func (r *reading) monthAt(i int) int {
	if i >= len(r.atoms) {
		return 0
	}
	return r.monthName(i)
}

// monthName is the number of an English month, 0 for any other word. May is left
// out: it is a verb, too.
func (r *reading) monthName(i int) int {
	if r.atoms[i].kind != atomWord {
		return 0
	}
	for m, names := range [...][2]string{
		{"january", "jan"},
		{"february", "feb"},
		{"march", "mar"},
		{"april", "apr"},
		{},
		{"june", "jun"},
		{"july", "jul"},
		{"august", "aug"},
		{"september", "sep"},
		{"october", "oct"},
		{"november", "nov"},
		{"december", "dec"},
	} {
		if w := r.text[r.atoms[i].start:r.atoms[i].end]; w == names[0] || w == names[1] {
			return m + 1
		}
	}
	return 0
}
