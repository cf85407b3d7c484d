// Package calendar knows when people are there: business hours, the statutory
// holidays and make-up working days of China, how the Civil Code counts days,
// and who is on duty.
//
// Everything is a pure function of the configuration and of a time that the
// caller hands in; nothing here reads a clock. A [Calendar] and a [Rota] never
// change once they are made, so any number of goroutines may share one. A new
// configuration makes new ones.
//
// Times of day are those of the configured time zone. Where its clock jumps
// forward over a time of day, that time is the jump; where the clock passes it
// twice, the first passing counts.
//
// Holidays come from github.com/6tail/lunar-go as far as the State Council has
// published them. A later year is provisional: only the statutory days
// themselves are off, until the operator imports the schedule into hours.dates
// or upgrades.
package calendar
