// Command bench turns the output of `go test -bench` into the table and the plots
// of docs/performance.md. It is a module of its own, so that asynq and gonum/plot
// do not weigh on the program.
package main
