package bot

import (
	"crypto/sha256"
	"encoding/base32"
)

// incidentID is a short word that a person can read out and an engineer can
// search the log for. It is derived, so that a repeat gives the same one.
func incidentID(seed string) string {
	sum := sha256.Sum256([]byte(seed))
	return base32.StdEncoding.EncodeToString(sum[:5])
}
