// Package store keeps all state in Redis. It is the only code that knows a
// Redis key.
//
// Three lanes share one mechanism: mailboxes of conversations, deadlines, and
// the outbox. A lane is a sorted set of ids by the time at which they can be
// claimed. A claim moves the score to now plus the lease and hands that score
// out as the fence; whatever ends the work checks that the score is still the
// fence. So the set is index, lease and fence at once: an expired lease is
// simply due again, and there is nothing to sweep.
//
// Redis is never asked for the time, every write carries an operation id because
// the client library repeats a write whose answer was lost, and all keys carry
// one hash tag, so that a change is one script on a lone Redis, under Sentinel
// and in a Cluster alike.
package store
