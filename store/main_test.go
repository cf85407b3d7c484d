package store_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/rs/zerolog"

	"guanjia/store"
)

// asBot makes the test program a bot that holds a private Redis, so that a test
// can kill it.
const asBot = "GUANJIA_STORE_TEST_BOT"

func TestMain(m *testing.M) {
	store.RouteClientLog(zerolog.Nop())
	if dir := os.Getenv(asBot); dir != "" {
		beBot(dir)
		return
	}
	m.Run()
}

func beBot(dir string) {
	s, err := store.Open(context.Background(), store.Config{Data: dir})
	if err == nil {
		_, err = s.Receive(context.Background(), message("c1", "m1"))
	}
	fmt.Println("ready", err)
	select {}
}

// startBot runs a bot on a folder until it holds a message.
func startBot(t *testing.T, dir string) *exec.Cmd {
	t.Helper()
	bot := exec.Command(os.Args[0])
	bot.Env = append(os.Environ(), asBot+"="+dir)
	out, err := bot.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := bot.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = bot.Process.Kill(); _ = bot.Wait() })
	if line, _, err := bufio.NewReader(out).ReadLine(); err != nil || string(line) != "ready <nil>" {
		t.Fatalf("%s %v", line, err)
	}
	return bot
}
