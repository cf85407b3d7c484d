// Package faq finds what a question asks, how sure that is, and what may be said
// to it; and it tells a report of a security incident from a question about one,
// and what is urgent from what is not.
//
// What goes out is always a stored answer of the FAQ. Everything is computed in
// memory from the FAQ's files: there is no I/O, no clock and no chance, so that
// the same files give the same scores on every run and on every platform.
//
// A question goes through six steps: normalize (one way of writing), scan
// (phrases of the lexicons), read (what the sentence says of itself: that it
// reports, asks, supposes, denies), match (cosine and softmax regression over
// characters, stems and concepts), rules (days since the purchase, requests for a
// person) and decide (answer, offer, hand over, refuse, report, escalate).
package faq
