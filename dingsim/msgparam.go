package dingsim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

const maxMsgParam = 15_000 // bytes

// robotMessage is what both sending calls of the robot API have in common.
type robotMessage struct {
	RobotCode string `json:"robotCode"`
	MsgKey    string `json:"msgKey"`
	MsgParam  string `json:"msgParam"`
}

// said checks the message template and tells what people see of it.
func (m robotMessage) said() (words, *refusal) {
	if len(m.MsgParam) > maxMsgParam {
		return words{}, refuse(http.StatusBadRequest, "invalidParameter.msgParam.tooLong", "msgParam is longer than 15000 bytes")
	}
	var param map[string]any
	if json.Unmarshal([]byte(m.MsgParam), &param) != nil || param == nil {
		return words{}, refuse(http.StatusBadRequest, "invalidParameter.msgParam", "msgParam is not a JSON object in a string")
	}
	need, ok := msgKeyFields(m.MsgKey)
	if !ok {
		return words{}, refuse(http.StatusBadRequest, "invalidParameter.msgKey", "msgKey "+m.MsgKey+" is not supported")
	}
	p := params(param)
	for _, field := range need {
		if p.get(field) == "" {
			return words{}, refuse(http.StatusBadRequest, "invalidParameter.msgParam", "msgParam lacks "+field+" for "+m.MsgKey)
		}
	}
	return p.said(m.MsgKey), nil
}

// msgKeyFields lists what each template needs.
func msgKeyFields(key string) ([]string, bool) {
	switch key {
	case "sampleText":
		return []string{"content"}, true
	case "sampleMarkdown":
		return []string{"title", "text"}, true
	case "sampleImageMsg":
		return []string{"photoURL"}, true
	case "sampleLink":
		return []string{"title", "text", "messageUrl"}, true
	case "sampleActionCard":
		return []string{"title", "text", "singleTitle", "singleURL"}, true
	case "sampleActionCard2", "sampleActionCard3", "sampleActionCard4", "sampleActionCard5":
		fields := []string{"title", "text"}
		n, _ := strconv.Atoi(strings.TrimPrefix(key, "sampleActionCard"))
		for i := range n {
			fields = append(fields, fmt.Sprint("actionTitle", i+1), fmt.Sprint("actionURL", i+1))
		}
		return fields, true
	case "sampleActionCard6":
		return []string{"title", "text", "buttonTitle1", "buttonUrl1", "buttonTitle2", "buttonUrl2"}, true
	case "sampleAudio":
		return []string{"mediaId", "duration"}, true
	case "sampleFile":
		return []string{"mediaId", "fileName", "fileType"}, true
	case "sampleVideo":
		return []string{"duration", "videoMediaId", "videoType", "picMediaId"}, true
	}
	return nil, false
}

type params map[string]any

// get reads a value; numbers are as good as strings.
func (p params) get(key string) string {
	switch v := p[key].(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}

func (p params) said(key string) words {
	switch {
	case key == "sampleText":
		return words{msgType: "text", text: p.get("content")}
	case key == "sampleMarkdown":
		return words{msgType: "markdown", title: p.get("title"), text: p.get("text"), markdown: p.get("text")}
	case key == "sampleLink":
		return words{
			msgType: "link", title: p.get("title"), text: p.get("title") + "\n" + p.get("text"),
			buttons: []Button{{p.get("title"), p.get("messageUrl")}},
		}
	case strings.HasPrefix(key, "sampleActionCard"):
		return words{
			msgType: "actionCard", title: p.get("title"), text: titled(p.get("title"), p.get("text")),
			markdown: p.get("text"), buttons: p.buttons(),
		}
	case key == "sampleImageMsg":
		return words{msgType: "picture", text: "[图片]"}
	case key == "sampleAudio":
		return words{msgType: "audio", text: "[语音]"}
	case key == "sampleFile":
		return words{msgType: "file", text: "[文件] " + p.get("fileName")}
	default:
		return words{msgType: "video", text: "[视频]"}
	}
}

func (p params) buttons() []Button {
	var out []Button
	add := func(title, url string) {
		if p.get(title) != "" {
			out = append(out, Button{p.get(title), p.get(url)})
		}
	}
	add("singleTitle", "singleURL")
	for i := range 5 {
		add(fmt.Sprint("actionTitle", i+1), fmt.Sprint("actionURL", i+1))
		add(fmt.Sprint("buttonTitle", i+1), fmt.Sprint("buttonUrl", i+1))
	}
	return out
}
