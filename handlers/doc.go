// Package handlers turns what people type, and what falls due, into calls on
// the domain, and the domain's results into words for people. It holds no rule
// of its own beyond who may say what to the bot.
package handlers
