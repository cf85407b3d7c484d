package dingtalk

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"guanjia/bot"
)

// verdict is how to go on after a failed call (reference: DingTalk's pages on
// throttling, billing and error codes; reports from the field where they differ).
type verdict int

const (
	// verdictFinal: trying again gives the same answer.
	verdictFinal verdict = iota + 1
	// verdictRetry: not done, may work later.
	verdictRetry
	// verdictThrottled: not done, too many calls at the moment.
	verdictThrottled
	// verdictQuota: not done, the month's allowance is used up.
	verdictQuota
	// verdictToken: not done, the access token was not accepted.
	verdictToken
	// verdictAmbiguous: may have been done; sends have no idempotency key.
	verdictAmbiguous
)

// failure is a call that did not succeed.
type failure struct {
	verdict verdict
	status  int
	code    string // the platform's code, "" when it gave none
	err     error
}

// Error names status and code; the platform's message may hold a person's words.
func (f *failure) Error() string {
	if f.err != nil {
		return f.err.Error()
	}
	return fmt.Sprintf("dingtalk answered status %d, code %q", f.status, f.code)
}

// Unwrap gives access to the cause.
func (f *failure) Unwrap() error { return f.err }

func (f *failure) aboutCredentials() bool {
	c := strings.ToLower(f.code)
	return strings.Contains(c, "invalidclient") || strings.Contains(c, "authfailed") || strings.Contains(c, "appkey") ||
		strings.Contains(c, "unauthorized") || c == "40089" || c == "40096"
}

// judge reads an answer; nil means success.
func judge(status int, answer []byte) *failure {
	var a struct {
		Code    loose `json:"code"`
		ErrCode loose `json:"errcode"`
		SubCode loose `json:"sub_code"`
		Status  loose `json:"status"`
	}
	_ = json.Unmarshal(answer, &a) // not JSON: only the status speaks
	if (status < 300 || status == http.StatusForbidden) && isPage(answer) {
		// Nothing that answers calls: the guard of a blocked address, or somebody between.
		return &failure{verdict: verdictRetry, status: status, code: "page"}
	}
	if a.ErrCode == "88" && a.SubCode != "" {
		a.ErrCode = a.SubCode // the old host wraps what it means
	}
	if status < 300 {
		if a.ErrCode == "" || a.ErrCode == "0" {
			if a.Status == "1111" { // the guard page of a blocked address comes with 200
				return &failure{verdict: verdictThrottled, status: status, code: "1111"}
			}
			return nil
		}
		return &failure{verdict: judgeOld(a.ErrCode.String()), status: status, code: a.ErrCode.String()}
	}
	code := cmp.Or(a.Code.String(), a.ErrCode.String())
	return &failure{verdict: judgeNew(status, code), status: status, code: code}
}

// isPage reports whether an answer is made for a browser.
func isPage(answer []byte) bool { return bytes.HasPrefix(bytes.TrimSpace(answer), []byte("<")) }

// judgeNew is the table for the new host, whose failures have a status.
func judgeNew(status int, code string) verdict {
	lower := strings.ToLower(code)
	has := func(part string) bool { return strings.Contains(lower, part) }
	switch {
	case has("qpslimit") || has("toofast") || has("too.fast") || has("toomuch.msg"):
		return verdictThrottled
	case has("apicountlimit") || has("quota.insufficient"):
		return verdictQuota
	case status == http.StatusUnauthorized || has("invalidauthentication") || has("accesstokeninvalid"):
		return verdictToken
	case has("unknown.send.result"):
		return verdictAmbiguous
	case status == http.StatusTooManyRequests:
		return verdictThrottled
	case status >= 500:
		return verdictAmbiguous
	default:
		return verdictFinal
	}
}

// judgeOld is the table for the old host and the webhooks, whose failures come
// with status 200 and an errcode.
func judgeOld(code string) verdict {
	switch code {
	case "130101", "410100", "90018", "90002", "90019", "90006", "90007":
		return verdictThrottled
	case "90020", "90030":
		return verdictQuota
	case "40014", "42001", "40001":
		return verdictToken
	case "-1", "15", "88", "302033":
		return verdictRetry
	default:
		return verdictFinal
	}
}

// asSendError puts a failure into the sender's terms.
func asSendError(err error) error {
	f, ok := err.(*failure) //nolint:errorlint // made in this package, never wrapped on this path
	if !ok {                // nil, too
		return err
	}
	se := &bot.SendError{Err: f, Reason: f.reason()}
	switch f.verdict {
	case verdictThrottled:
		se.Retry, se.Throttled, se.After = true, true, time.Second
		if own, ok := errors.AsType[errOwnLimit](f.err); ok {
			se.After = own.wait
		}
	case verdictQuota:
		se.Retry, se.After = true, 10*time.Minute
	case verdictRetry, verdictAmbiguous, verdictToken:
		se.Retry = true
	case verdictFinal:
	}
	return se
}

// reason says in words for staff why a message did not arrive.
func (f *failure) reason() string {
	switch f.verdict {
	case verdictThrottled:
		return "发送太频繁，钉钉暂时限流"
	case verdictQuota:
		return "本月钉钉接口额度已用完"
	case verdictToken:
		return "钉钉没有接受应用凭证"
	case verdictRetry, verdictAmbiguous:
		return "钉钉暂时没有应答"
	case verdictFinal:
	}
	if why, ok := finalReason(f.code); ok {
		return why
	}
	if _, err := strconv.Atoi(f.code); err == nil || f.code == "" {
		return "钉钉没有接受这条消息（代码 " + cmp.Or(f.code, strconv.Itoa(f.status)) + "）"
	}
	return "钉钉没有接受这条消息"
}

func finalReason(code string) (string, bool) {
	code = strings.ToLower(code)
	switch code {
	case "staffid.notexisted", "miss.staffid":
		return "对方不在本组织内，或从未与机器人建立会话", true
	case "robot.oto.notexist", "chatbotid.notallow.sendoto":
		return "机器人没有单聊发送权限，请检查应用发布与权限", true
	case "group.disbanded", "400013":
		return "群已解散", true
	case "400106", "bot.stopped", "400102":
		return "机器人不在群里或已停用", true
	case "300001":
		return "回复地址已过期", true
	case "430101", "430102", "430103", "430104", "contain.unsafe.url":
		return "内容被钉钉安全策略拦截", true
	case "forbidden.accessdenied.accesstokenpermissiondenied":
		return "应用缺少接口权限，请在开放平台开通", true
	}
	if why, ok := roomReason(code); ok {
		return why, true
	}
	if strings.HasPrefix(code, "invalidparameter.downloadcode") {
		return "文件已过期或无法下载，请对方重新发送", true
	}
	return "", false
}

// roomReason is finalReason for making and filling groups; code is lower case.
func roomReason(code string) (string, bool) {
	switch code {
	case "invalid.openconversationid":
		return "群不存在，或机器人不在群里", true
	case "owner.notfound":
		return "群主不在本组织内，请检查 channel.owner", true
	case "member.notfound":
		return "群主或成员不在本组织内，请检查 channel.owner 和 channel.members", true
	case "member.exceed":
		return "群成员人数超过上限", true
	case "permession.checkfailed": // the vendor's spelling
		return "没有建群权限，或群主不在应用可见范围内", true
	case "grouptemplate.notfound":
		return "群模板不存在或已下线，请检查 channel.template_id", true
	case lostCreation:
		return "不知道群是否已经建成，请在钉钉里查看，没有再手工建群", true
	}
	if strings.HasPrefix(code, "grouptemplate.permessiondenied") {
		return "应用不能使用这个群模板，请检查 channel.template_id", true
	}
	return "", false
}
