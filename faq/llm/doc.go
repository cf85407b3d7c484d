// Package llm puts an optional language model on top of the FAQ's engine.
//
// The engine decides first, and its decision stands whenever it is clear or the
// model cannot be asked. The model only chooses: one structured reply names one
// of the engine's candidates or none, and says what is meant. What a person gets
// is the stored answer, or a wording of it in which nothing is new. So neither a
// model that makes things up nor a person who gives it orders can put words into
// the bot's mouth.
package llm
