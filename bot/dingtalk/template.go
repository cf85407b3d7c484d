package dingtalk

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// template puts a part into one of the OpenAPI's message templates; msgParam is
// JSON inside a JSON string.
func template(part content) (key, param string, err error) {
	var v map[string]string
	switch n := len(part.buttons); {
	case part.media != nil && part.media.kind == mediaImage:
		key = "sampleImageMsg"
		v = map[string]string{"photoURL": part.media.id}
	case part.media != nil:
		key = "sampleFile"
		v = map[string]string{"mediaId": part.media.id, "fileName": part.media.name, "fileType": part.media.ext}
	case n == 1:
		key = "sampleActionCard"
		v = map[string]string{
			"title": part.title, "text": part.text,
			"singleTitle": part.buttons[0].Label, "singleURL": dtmd(part.buttons[0].Say),
		}
	case n >= 2 && n <= 5:
		key = "sampleActionCard" + strconv.Itoa(n)
		v = map[string]string{"title": part.title, "text": part.text}
		for i, b := range part.buttons {
			v["actionTitle"+strconv.Itoa(i+1)] = b.Label
			v["actionURL"+strconv.Itoa(i+1)] = dtmd(b.Say)
		}
	case part.plain:
		key = "sampleText"
		v = map[string]string{"content": part.text}
	default: // more buttons than any template has are words only
		key = "sampleMarkdown"
		v = map[string]string{"title": part.title, "text": part.text}
	}
	b, err := json.Marshal(v)
	if err != nil {
		return "", "", fmt.Errorf("encode %s: %w", key, err)
	}
	return key, string(b), nil
}
