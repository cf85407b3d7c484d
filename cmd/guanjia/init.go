package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"guanjia/configs"
)

// initCommand writes a first configuration. Every question has a flag; what a
// flag answers is not asked.
type initCommand struct {
	Output     string   `short:"o" aliases:"config" default:"guanjia.yaml" placeholder:"FILE" help:"${initoutput}"`
	Force      bool     `help:"${initforce}"`
	Yes        bool     `help:"${inityes}"`
	Register   bool     `xor:"app,secret" help:"${initregister}"`
	ClientID   string   `name:"client-id" xor:"app" placeholder:"ID" help:"${initclientid}"`
	SecretEnv  string   `name:"client-secret-env" xor:"secret" placeholder:"NAME" help:"${initsecretenv}"`
	SecretFile string   `name:"client-secret-file" xor:"secret" placeholder:"FILE" help:"${initsecretfile}"`
	RedisURL   string   `name:"redis-url" placeholder:"URL" help:"${initredis}"`
	Timezone   string   `placeholder:"ZONE" help:"${inittimezone}"`
	Hours      string   `placeholder:"HOURS" help:"${inithours}"`
	Weekend    string   `placeholder:"HOURS" help:"${initweekend}"`
	Expert     []string `sep:"none" placeholder:"NAME=ID" help:"${initexpert}"`
	Presales   []string `sep:"none" placeholder:"NAME=ID" help:"${initpresales}"`
	Manager    []string `sep:"none" placeholder:"NAME=ID" help:"${initmanager}"`
	TemplateID string   `name:"template-id" placeholder:"ID" help:"${inittemplate}"`
	APIHost    string   `name:"api-host" default:"https://api.dingtalk.com" help:"${initapihost}"`
	OAPIHost   string   `name:"oapi-host" default:"https://oapi.dingtalk.com" help:"${initoapihost}"`
}

// Run is guanjia init.
func (c *initCommand) Run(env *environment) error {
	if err := c.mayWrite(env.lang); err != nil {
		return usageError{err}
	}
	ans := &answers{apiHost: c.APIHost, oapiHost: c.OAPIHost, templateID: c.TemplateID}
	if err := c.interview(env, ans); err != nil {
		return err
	}
	file, err := ans.file(time.Now())
	if err != nil {
		return err
	}
	if _, err := configs.Parse(c.Output, file, anythingSet); err != nil {
		return err // a question let something through that the check refuses
	}
	if err := c.write(file); err != nil {
		return fmt.Errorf("%s: %w", c.Output, err)
	}
	c.goOn(env, ans)
	return nil
}

// mayWrite refuses early what would be refused after a dozen questions.
func (c *initCommand) mayWrite(lang string) error {
	info, err := os.Stat(c.Output)
	switch {
	case err == nil && info.IsDir():
		return fmt.Errorf(text(lang, "%s 是目录；用 --output 写文件名", "%s is a folder; name a file with --output"), c.Output)
	case err == nil && !c.Force:
		return fmt.Errorf(text(lang, "%s 已存在；加 --force 覆盖，或用 --output 换一个文件名", "%s is there already; overwrite it with --force, or name another file with --output"), c.Output)
	case err != nil && !errors.Is(err, os.ErrNotExist):
		return err
	}
	if info, err := os.Stat(filepath.Dir(c.Output)); err != nil || !info.IsDir() {
		return fmt.Errorf(text(lang, "没有目录 %s；先建好它", "there is no folder %s; make it first"), filepath.Dir(c.Output))
	}
	return nil
}

// write puts the file where it belongs, readable by its owner alone. What is there
// is replaced in one step, and only with --force.
func (c *initCommand) write(content []byte) error {
	open := func() (*os.File, error) { return os.OpenFile(c.Output, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) }
	if c.Force {
		open = func() (*os.File, error) { return os.CreateTemp(filepath.Dir(c.Output), ".guanjia-*.yaml") } // 0600, too
	}
	f, err := open()
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil && c.Force {
		err = os.Rename(f.Name(), c.Output)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// goOn says what to do with the file.
func (c *initCommand) goOn(env *environment, ans *answers) {
	say := func(zh, en string, args ...any) { fmt.Fprintf(env.out, text(env.lang, zh, en)+"\n", args...) }
	say("\n已写入 %s（仅本人可读）。接下来：", "\nwritten to %s (readable by you alone). Next:", c.Output)
	if name := ans.secretEnv; name != "" {
		if value, ok := env.lookup(name); !ok || value == "" {
			say("  export %s=…                      # 应用页面上的 Client Secret", "  export %s=…                      # the Client Secret on the app's page", name)
		}
	}
	where := ""
	if !slices.Contains([]string{"guanjia.yaml", filepath.Join("configs", "guanjia.yaml")}, c.Output) {
		where = " --config " + c.Output
	}
	say("  guanjia check%s          # 检查配置、FAQ、排班", "  guanjia check%s          # configuration, FAQ, rota", where)
	say("  guanjia check --live%s   # 再试连 Redis、钉钉和每个成员", "  guanjia check --live%s   # also Redis, DingTalk and every member", where)
	say("  guanjia serve%s          # 运行", "  guanjia serve%s          # run it", where)
}

// anythingSet stands for the environment of the machine the bot will run on.
func anythingSet(name string) (string, bool) {
	if len(name) > 8 && name[:8] == "GUANJIA_" {
		return "", false // an override of today says nothing about the file
	}
	return "set", true
}
