// Package storetest is for tests: it starts real Redis servers that belong to
// one test, runs the suite that every store must pass, and makes a store fail
// or lose its answers on demand.
package storetest
