// Command guanjia is the chat-ops bot of a managed security service on DingTalk.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // images without a zone database still know Asia/Shanghai

	"github.com/alecthomas/kong"

	"guanjia/configs"
)

// The exit codes (contract §1).
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// run is the program without the process: tests call it too.
func run(args []string, in io.Reader, out, errOut io.Writer) int {
	lang := languageFrom(args, os.Getenv("LANG"))
	ctx, stop := signals()
	defer stop()
	env := &environment{ctx: ctx, in: in, out: out, errOut: errOut, lookup: os.LookupEnv, lang: lang}
	code := -1
	parser, err := newParser(lang, out, errOut, func(c int) { code = c })
	if err != nil {
		fmt.Fprintln(errOut, err)
		return exitFailed
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if code >= 0 {
		return code // --help was answered
	}
	if err != nil {
		fmt.Fprintf(errOut, "%s: %v\n%s\n", "guanjia", err, text(lang, "运行 guanjia --help 查看用法。", "Run guanjia --help for the usage."))
		return exitUsage
	}
	if err := parsed.Run(env); err != nil {
		return env.fail(err)
	}
	return exitOK
}

// fail says on standard error what went wrong, and picks the exit code: bad
// input is 2, everything else 1.
func (e *environment) fail(err error) int {
	if ps, ok := errors.AsType[configs.Problems](err); ok {
		fmt.Fprintln(e.errOut, ps.Error())
		return exitUsage
	}
	if _, ok := errors.AsType[usageError](err); ok {
		fmt.Fprintln(e.errOut, err)
		return exitUsage
	}
	fmt.Fprintln(e.errOut, "guanjia:", err)
	return exitFailed
}

// usageError is bad input: exit code 2.
type usageError struct{ error }

// Unwrap gives access to the cause.
func (e usageError) Unwrap() error { return e.error }

// signals gives a context that ends at SIGINT or SIGTERM. A second signal ends
// the process at once, because the handler is gone by then.
func signals() (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}

// environment is what a command works with.
type environment struct {
	ctx         context.Context //nolint:containedctx // the program's own, handed to kong's Run methods
	in          io.Reader
	out, errOut io.Writer
	lookup      func(string) (string, bool)
	lang        string
}

// load reads the configuration that --config names, or the one to be found; with
// defaultsOK the built-in defaults serve where there is none.
func (e *environment) load(file string, defaultsOK bool) (*configs.Loaded, error) {
	file, err := e.find(file, defaultsOK)
	if err != nil {
		return nil, err
	}
	return configs.Load(file, e.lookup)
}

// find is the file that --config names, or the one to be found.
func (e *environment) find(file string, defaultsOK bool) (string, error) {
	if file == "" {
		file = configs.Find()
	}
	if file == "" && !defaultsOK {
		return "", configs.Problems{{File: "guanjia.yaml", Message: text(e.lang,
			"没有找到配置文件；复制 configs/guanjia.example.yaml 为 guanjia.yaml，或用 --config 指定",
			"no configuration found; copy configs/guanjia.example.yaml to guanjia.yaml, or name one with --config")}}
	}
	return file, nil
}

// languageFrom is the language of help and messages: --lang, else LANG.
func languageFrom(args []string, env string) string {
	for i, a := range args {
		if v, ok := strings.CutPrefix(a, "--lang="); ok {
			return v
		}
		if a == "--lang" && i+1 < len(args) {
			return args[i+1]
		}
	}
	if strings.HasPrefix(strings.ToLower(env), "zh") {
		return "zh"
	}
	return "en"
}

func text(lang, zh, en string) string {
	if lang == "zh" {
		return zh
	}
	return en
}

func newParser(lang string, out, errOut io.Writer, exit func(int)) (*kong.Kong, error) {
	return kong.New(&cli{}, kong.Name("guanjia"), kong.Description(helpText(lang)["about"]), kong.Writers(out, errOut),
		kong.Exit(exit), kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.Help(helpPrinter(lang)), kong.Vars(helpText(lang)))
}
