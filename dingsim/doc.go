// Package dingsim simulates DingTalk on a local port: the stream gateway, the
// OpenAPI of both hosts, session webhooks, people, groups, and a web page to
// chat with whatever bot is connected.
//
// It is written from the vendor's documents and field reports alone and shares
// no code with the bot, so that a misreading on one side shows up as a failed
// test instead of being repeated on the other. It is strict where DingTalk is
// strict (credentials, required fields, rates) and unkind where DingTalk is
// unkind (random connection for each push, messages lost while nobody
// listens); further unkindness is switched on by faults.
//
// Everything under /_sim/ belongs to the simulator itself; every other path is
// the vendor's.
package dingsim
