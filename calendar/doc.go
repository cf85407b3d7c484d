// Package calendar knows when the desk is open: business hours, China's
// statutory holidays and make-up working days, single dates that differ, civil
// counting of days, and who is on duty.
//
// Everything in it is a pure function of configuration and time.
package calendar
