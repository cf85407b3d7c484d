// Package days plays whole engagements, from the purchase to the end of the
// fifteen days, in seconds: two instances of the bot, wired as the program wires
// them, share a real redis-server inside a testing/synctest bubble whose clock
// jumps over every hour in which nothing happens. One of them is stopped and
// started again at random days. What was said is then compared, word by word and
// minute by minute, with what the contract says must be said.
//
// The bubble's clock stands still while a call to Redis is under way, because a
// goroutine that waits for a socket is not durably blocked. That works as long as
// nobody waits on a socket when idle: the store has no subscriptions and no
// blocking pops, and idle connections of its pool have no reader.
package days
