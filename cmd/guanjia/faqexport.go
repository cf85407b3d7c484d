package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"guanjia/configs"
)

type faqExportCommand struct {
	Dir string `arg:"" help:"${exportdir}"`
}

// Run is guanjia faq export: it writes the built-in FAQ into a folder, where it
// can be changed.
func (c *faqExportCommand) Run(env *environment) error {
	found, err := os.ReadDir(c.Dir)
	if err == nil && len(found) > 0 {
		return usageError{fmt.Errorf("%s: %s", c.Dir, text(env.lang, "文件夹里已有内容；请给一个新的或空的文件夹", "there is something in that folder; name a new or an empty one"))}
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return usageError{err}
	}
	if err := os.CopyFS(c.Dir, configs.Config{}.FAQFiles()); err != nil {
		return fmt.Errorf("export the FAQ: %w", err)
	}
	fmt.Fprintf(env.out, text(env.lang,
		"内置 FAQ 已写到 %[1]s。在配置里写 faq: {dir: %[1]q}，以后就用这里的文件。\n",
		"The built-in FAQ is now in %[1]s. Put faq: {dir: %[1]q} into the configuration to use these files.\n"), c.Dir)
	return nil
}
