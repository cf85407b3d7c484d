package store_test

import (
	"testing"

	"github.com/rs/zerolog"

	"guanjia/store"
)

func TestMain(m *testing.M) {
	store.RouteClientLog(zerolog.Nop())
	m.Run()
}
