package configs

import (
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
)

//go:embed guanjia.example.yaml defaults.yaml
var files embed.FS

//go:embed faq
var faqFiles embed.FS

// Loaded is a configuration that was read, and where it came from.
type Loaded struct {
	Config
	// File is the path it was read from; "" for the built-in defaults.
	File string
	// missing is what serve needs and is not there.
	missing Problems
}

// Example is the commented example, as configs/guanjia.example.yaml in the source.
func Example() []byte {
	b, err := files.ReadFile("guanjia.example.yaml")
	if err != nil {
		panic(err) // embedded
	}
	return b
}

// FAQFiles are the FAQ's files: the folder of faq.dir, or the built-in ones.
func (c Config) FAQFiles() fs.FS {
	if c.FAQ.Dir != "" {
		return os.DirFS(c.FAQ.Dir)
	}
	sub, err := fs.Sub(faqFiles, "faq")
	if err != nil {
		panic(err) // embedded
	}
	return sub
}

// Find is the file to read when none was named: guanjia.yaml, then
// configs/guanjia.yaml. It returns "" when there is neither.
func Find() string {
	for _, f := range [...]string{"guanjia.yaml", filepath.Join("configs", "guanjia.yaml")} {
		if _, err := os.Stat(f); err == nil {
			return f
		}
	}
	return ""
}

// Load reads file over the defaults, takes overrides from the environment, and
// checks the whole. With file "" only defaults and environment count. Everything
// that is wrong comes back at once, as Problems.
func Load(file string, env func(string) (string, bool)) (*Loaded, error) {
	return load(file, env, false)
}

// LoadForServe is Load for the bot: what serve needs beyond a valid configuration
// and is not there comes back with all else that is wrong.
func LoadForServe(file string, env func(string) (string, bool)) (*Loaded, error) {
	return load(file, env, true)
}

func load(file string, env func(string) (string, bool), serve bool) (*Loaded, error) {
	if file == "" {
		return parse("defaults", nil, "", env, serve)
	}
	data, err := readFile(file)
	if err != nil {
		return nil, err
	}
	dir, err := filepath.Abs(filepath.Dir(file))
	if err != nil {
		return nil, fmt.Errorf("find the folder of %s: %w", file, err)
	}
	l, err := parse(file, data, dir, env, serve)
	if l != nil {
		l.File = file
	}
	return l, err
}

func readFile(file string) ([]byte, error) {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, Problems{{File: file, Message: "the file does not exist; copy configs/guanjia.example.yaml there, or name another one with --config"}}
	}
	if err != nil {
		return nil, Problems{{File: file, Message: "cannot be read: " + err.Error()}}
	}
	defer f.Close() //nolint:errcheck // only read
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, Problems{{File: file, Message: "cannot be read: " + err.Error()}}
	}
	return data, nil
}

// Parse is Load for bytes in hand; name stands for the file in messages.
func Parse(name string, data []byte, env func(string) (string, bool)) (*Loaded, error) {
	return parse(name, data, "", env, false)
}

// Listen is the http.listen of a configuration, whatever else is wrong with it:
// the bot that is asked for its health may still run on what was there before.
func Listen(file string, env func(string) (string, bool)) (string, error) {
	var data []byte
	if file != "" {
		var err error
		if data, err = readFile(file); err != nil {
			return "", err
		}
	}
	l, _, err := decode(file, data, env)
	if err != nil {
		return "", err
	}
	return l.HTTP.Listen, nil
}

func parse(name string, data []byte, dir string, env func(string) (string, bool), serve bool) (*Loaded, error) {
	l, d, err := decode(name, data, env)
	if err != nil {
		return nil, err
	}
	l.resolvePaths(dir)
	d.check(&l.Config)
	l.missing = d.missing(&l.Config)
	if serve {
		d.problems = append(d.problems, l.missing...)
	}
	if len(d.problems) > 0 {
		return nil, d.problems.sorted()
	}
	return l, nil
}

// decode reads data over the defaults and under the environment, unchecked.
func decode(name string, data []byte, env func(string) (string, bool)) (*Loaded, *decoder, error) {
	l := &Loaded{}
	defaults, err := files.ReadFile("defaults.yaml")
	if err != nil {
		return nil, nil, fmt.Errorf("read built-in defaults: %w", err)
	}
	none := func(string) (string, bool) { return "", false }
	base := &decoder{file: "built-in defaults", env: none, at: map[string]position{}, vars: map[string]variable{}}
	base.decodeFile(defaults, &l.Config)
	d := &decoder{file: name, env: env, at: map[string]position{}, vars: map[string]variable{}, problems: base.problems}
	d.decodeFile(data, &l.Config)
	d.overrideAll(reflect.ValueOf(&l.Config).Elem(), "", "")
	return l, d, nil
}

// resolvePaths makes relative paths relative to the file they stand in.
func (c *Config) resolvePaths(dir string) {
	for _, p := range [...]*string{&c.Redis.Data, &c.FAQ.Dir} {
		if *p != "" && dir != "" && !filepath.IsAbs(*p) {
			*p = filepath.Join(dir, *p)
		}
	}
}
