package dingsim

import (
	"errors"
	"fmt"
	"strings"
	"sync"
)

// fill checks the content of a Say and completes it.
func (m *utterance) fill(say Say, files *fileShelf) error {
	m.content = with(map[string]any{}, say.Content)
	switch m.msgType {
	case "text":
		if _, ok := m.content["content"]; !ok {
			m.content["content"] = say.Text
		}
		return nil
	case "richText":
		return m.fillRich(say.Text, files)
	case "picture":
		files.code(m.content, "downloadCode", "image.png")
		files.code(m.content, "pictureDownloadCode", "image.png")
	case "audio":
		m.absent("duration", 4000)
		m.absent("recognition", say.Text)
		files.code(m.content, "downloadCode", "voice.amr")
	case "video":
		m.absent("duration", "6") // seconds as a string, as seen in the field
		m.absent("videoType", "mp4")
		files.code(m.content, "downloadCode", "video.mp4")
	case "file":
		m.absent("fileName", orDefault(say.Text, "report.pdf"))
		m.absent("spaceId", "1000001")
		m.absent("fileId", randomHex(6))
		files.code(m.content, "downloadCode", fmt.Sprint(m.content["fileName"]))
	case "unknownMsgType":
	default:
		return fmt.Errorf("msgtype: %q is none of text, richText, picture, audio, video, file, unknownMsgType", m.msgType)
	}
	return nil
}

func (m *utterance) absent(key string, value any) {
	if _, ok := m.content[key]; !ok {
		m.content[key] = value
	}
}

func (m *utterance) fillRich(text string, files *fileShelf) error {
	m.absent("richText", []any{map[string]any{"text": text}})
	parts, ok := m.content["richText"].([]any)
	if !ok {
		return errors.New("content.richText: must be a list of {\"text\":…} and {\"type\":\"picture\"}")
	}
	for _, p := range parts {
		if part, ok := p.(map[string]any); ok && part["type"] == "picture" {
			files.code(part, "downloadCode", "image.png")
			files.code(part, "pictureDownloadCode", "image.png")
		}
	}
	return nil
}

func orDefault(s, def string) string {
	if s == "" {
		return def
	}
	return s
}

// words is what the page shows of a person's message.
func (m *utterance) words() string {
	switch m.msgType {
	case "text":
		return fmt.Sprint(m.content["content"])
	case "richText":
		return richWords(m.content["richText"])
	case "picture":
		return "[图片]"
	case "audio":
		return strings.TrimSpace("[语音] " + fmt.Sprint(m.content["recognition"]))
	case "video":
		return "[视频]"
	case "file":
		return "[文件] " + fmt.Sprint(m.content["fileName"])
	default:
		return "[暂不支持的消息]"
	}
}

func richWords(v any) string {
	var b strings.Builder
	parts, _ := v.([]any)
	for _, p := range parts {
		part, _ := p.(map[string]any)
		if part["type"] == "picture" {
			b.WriteString("[图片]")
		} else if t, ok := part["text"].(string); ok {
			b.WriteString(t)
		}
	}
	return b.String()
}

// fileShelf holds what people sent and bots uploaded, by code.
type fileShelf struct {
	mu    sync.Mutex
	names map[string]string // download code or media id -> file name
	order []string
}

func newFileShelf() *fileShelf { return &fileShelf{names: map[string]string{}} }

// code makes sure that m[key] is a download code the simulator knows.
func (f *fileShelf) code(m map[string]any, key, name string) {
	if given, ok := m[key].(string); ok && given != "" {
		f.put(given, name)
		return
	}
	code := randomBase64(30)
	f.put(code, name)
	m[key] = code
}

func (f *fileShelf) put(code, name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.names[code] = name
	f.order = append(f.order, code)
	if len(f.order) > keepRecords {
		delete(f.names, f.order[0])
		f.order = f.order[1:]
	}
}

func (f *fileShelf) name(code string) (string, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, ok := f.names[code]
	return n, ok
}
