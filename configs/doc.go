// Package configs loads, checks and reloads the configuration, and embeds the
// defaults: sample team, FAQ and texts. Only the program imports it.
package configs
