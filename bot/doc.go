// Package bot is the vocabulary of a conversation and the machinery that
// carries it: what net/http is to a web server.
//
// A platform adapter turns what it hears into a Message and gives it to an
// Inbox, which keeps it durably; only then is the platform told. The Dispatcher
// takes messages from the inbox, one conversation at a time and in order across
// replicas, and gives each to a Handler, which answers with a Change. The Change
// is committed as a whole: new state, deadlines, words to say, and the end of
// the message itself. The Sender takes the words to say from the outbox and
// hands them to the Platform.
package bot
