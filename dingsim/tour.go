package dingsim

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
)

// Tour is a script that the page offers to play, one click a step. It is data:
// what the steps mean is known to whoever wrote them, not to the simulator.
type Tour struct {
	// Title and Offer invite the visitor, End takes leave of them.
	Title Words      `json:"title"`
	Offer Words      `json:"offer"`
	End   Words      `json:"end"`
	Steps []TourStep `json:"steps"`
}

// Words are said in the language of the page.
type Words struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

// TourStep is one click: Before says what will happen, Do does it, After points
// at what came back.
type TourStep struct {
	Name   string    `json:"name"` // for tests and logs
	Title  Words     `json:"title"`
	Before Words     `json:"before"`
	Do     []TourAct `json:"do"`
	After  Words     `json:"after"`
}

// TourAct is one thing that is done in a step; exactly one of Say, Press, Panel
// and Expect is set. {NAME} stands for what an earlier act has found, in every
// string but the names of regular expressions' groups.
type TourAct struct {
	// As is the user id of the person who sits at the screen; empty: as before.
	As string `json:"as,omitempty"`
	// In is the title, or a part of it, of the group in which it happens; "-" is
	// the chat with the bot alone; empty: as before.
	In string `json:"in,omitempty"`
	// Say are words to send.
	Say *Words `json:"say,omitempty"`
	// Press is a button whose words match this regular expression of JavaScript.
	Press string `json:"press,omitempty"`
	// Panel is what is asked of Config.Panel, with Body; fields of its JSON answer
	// are found under their names.
	Panel string          `json:"panel,omitempty"`
	Body  json.RawMessage `json:"body,omitempty"`
	// Expect is a regular expression of JavaScript that something the bot says in
	// this step must match; its named groups are found under their names. The page
	// points at the last one of a step.
	Expect string `json:"expect,omitempty"`
	// Who looks for it with all people of this kind ("staff") and finds the person
	// under the name "who".
	Who string `json:"who,omitempty"`
	// Past lets Expect find what was said before this step as well.
	Past bool `json:"past,omitempty"`
}

// serveTour gives the page its script, with a name for this run of the program:
// what a page remembers of an earlier run is worth nothing.
func (s *Server) serveTour() http.HandlerFunc {
	run := rand.Text()
	return func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]any{"run": run, "tour": s.cfg.Tour})
	}
}
