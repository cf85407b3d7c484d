// Package chaos breaks everything that can break, at random moments, while people
// talk: replicas of the real binary, a real Redis, and the simulator in the place
// of DingTalk. An independent judge then reads what the simulator recorded, and
// nothing of the bot's own: whether each message that the bot acknowledged was
// answered, each urgent one taken by somebody or told to the catch-all, nothing
// said twice, and everything said in order.
//
// `go test ./e2e/chaos` is the short form. `make chaos` takes CHAOS_TIME (10m)
// and CHAOS_SEED, which decides who says what and what breaks when; how the
// processes answer to that is up to the machine. CHAOS_BINARY names a program
// to test instead of one that is built here; only where the wall clock jumps it is
// always built, with a standard library that can do that.
package chaos
