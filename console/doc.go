// Package console is the operations page: a second transport beside the chat. A
// duty manager looks at what is open, who has it, what is due next and whether
// the machine is healthy, and does there what the chat's words do.
//
// It is off without tokens. Pages are rendered on the server and work without
// JavaScript; nothing is loaded from elsewhere.
package console
