// Package faq finds what a question asks, how sure that is, and what may be said
// to it; and it tells a report of a security incident from a question about one,
// and what is urgent from what is not.
//
// What goes out is always a stored answer of the FAQ. Everything is computed in
// memory from the FAQ's files; there is no I/O.
package faq
