package dingsim

import (
	"bytes"
	"encoding/json"
	"strings"
)

// webhookKeys spells what differs by a letter's case from one message type to
// the other in the vendor's documents.
func webhookKeys(msgType string) []string {
	keys := []string{"atUserIds", "atMobiles", "isAtAll"}
	switch msgType {
	case "link":
		keys = append(keys, "messageUrl", "picUrl")
	case "feedCard":
		keys = append(keys, "messageURL", "picURL")
	case "actionCard":
		keys = append(keys, "singleTitle", "singleURL", "actionURL", "btnOrientation")
	}
	return keys
}

// misspelt gives a string of the body that one of the names would be in another
// case: Go's decoder takes such a key for the name, and the vendor does not know
// it. Nobody writes one as a value.
func misspelt(body []byte, names []string) string {
	d := json.NewDecoder(bytes.NewReader(body))
	for {
		token, err := d.Token()
		if err != nil {
			return ""
		}
		key, ok := token.(string)
		if !ok {
			continue
		}
		for _, name := range names {
			if key != name && strings.EqualFold(key, name) {
				return key
			}
		}
	}
}
