// Package guanjia is the root of the repository. It holds no code, only the
// tests of the house: who may import whom, what is documented, how long things
// may be, and what must not stand in a tracked file. The program is
// cmd/guanjia; ARCHITECTURE.md shows the rooms.
package guanjia
