package main

import (
	"errors"
	"time"

	"guanjia/configs"
)

// cli is every command; the help texts are in helptext.go, in two languages.
type cli struct {
	Lang string `enum:"zh,en," default:"" help:"${lang}"`

	Demo     demoCommand      `cmd:"" help:"${demo}"`
	Init     initCommand      `cmd:"" help:"${init}"`
	Serve    serveCommand     `cmd:"" help:"${serve}"`
	Check    checkCommand     `cmd:"" help:"${check}"`
	FAQ      faqCommands      `cmd:"" name:"faq" help:"${faq}"`
	Calendar calendarCommand  `cmd:"" help:"${calendar}"`
	Purchase purchaseCommands `cmd:"" help:"${purchase}"`
	Case     caseCommands     `cmd:"" help:"${case}"`
	Erase    eraseCommand     `cmd:"" help:"${erase}"`
	Dingsim  dingsimCommand   `cmd:"" help:"${dingsim}"`
	Health   healthCommand    `cmd:"" help:"${health}"`
	Version  versionCommand   `cmd:"" help:"${version}"`
}

type configFlag struct {
	Config string `help:"${config}" placeholder:"FILE"`
}

type demoCommand struct {
	configFlag
	Listen string `default:"127.0.0.1:8090" help:"${listen}"`
	Pace   span   `help:"${pace}" placeholder:"DURATION"`
	Data   string `help:"${data}" placeholder:"DIR"`
}

// span is a positive duration in the form of the configuration, days included.
type span time.Duration

// UnmarshalText reads it.
func (s *span) UnmarshalText(text []byte) error {
	d, err := configs.ParseDuration(string(text))
	if err == nil && d == 0 {
		err = errors.New("must be longer than nothing, such as 1m")
	}
	*s = span(d)
	return err
}

type serveCommand struct {
	configFlag
}

type checkCommand struct {
	configFlag
	Live bool `help:"${live}"`
}

type faqCommands struct {
	Ask  faqAskCommand  `cmd:"" help:"${ask}"`
	Eval faqEvalCommand `cmd:"" help:"${eval}"`
	Lint faqLintCommand `cmd:"" help:"${lint}"`
	Gaps faqGapsCommand `cmd:"" help:"${gaps}"`

	Candidates faqCandidatesCommand `cmd:"" help:"${candidates}"`
	Promote    faqPromoteCommand    `cmd:"" help:"${promote}"`
	Export     faqExportCommand     `cmd:"" help:"${export}"`
	Hits       faqHitsCommand       `cmd:"" help:"${hits}"`
}

type faqAskCommand struct {
	configFlag
	JSON     bool     `name:"json" help:"${json}"`
	Question []string `arg:"" optional:"" help:"${question}"`
}

type faqEvalCommand struct {
	configFlag
	File        string  `arg:"" help:"${evalfile}"`
	MinAccuracy float64 `help:"${minaccuracy}"`
}

type calendarCommand struct {
	Next   calendarNextCommand   `cmd:"" help:"${calnext}"`
	Show   calendarShowCommand   `cmd:"" help:"${calshow}"`
	Import calendarImportCommand `cmd:"" help:"${calimport}"`
}

type calendarNextCommand struct {
	configFlag
	At   string `help:"${at}" placeholder:"RFC3339"`
	JSON bool   `name:"json" help:"${json}"`
}

type calendarShowCommand struct {
	configFlag
	From string `required:"" help:"${from}" placeholder:"DATE"`
	To   string `required:"" help:"${to}" placeholder:"DATE"`
	JSON bool   `name:"json" help:"${json}"`
}

type calendarImportCommand struct {
	File string `arg:"" help:"${importfile}"`
}

type eraseCommand struct {
	configFlag
	User string `required:"" help:"${user}" placeholder:"ID"`
}

type dingsimCommand struct {
	Listen       string `default:"127.0.0.1:8091" help:"${listen}"`
	ClientID     string `name:"client-id" default:"sim" help:"${clientid}"`
	ClientSecret string `name:"client-secret" default:"sim-secret" help:"${clientsecret}"`
}

type healthCommand struct {
	configFlag
	URL string `name:"url" help:"${healthurl}"`
}

type versionCommand struct{}
