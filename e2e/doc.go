// Package e2e holds black-box scenarios: the real binary, a real Redis, and the
// simulator in the place of DingTalk. Each script in testdata is a behaviour.
//
// A scenario fails on anything said that it did not expect, on any error in the
// bot's log that it did not announce, and when the bot does not stop cleanly.
package e2e
