package dingtalk

import (
	"context"
	"fmt"
	"testing"
	"time"

	"guanjia/bot"
)

func TestEveryDocumentedAnswerHasItsVerdict(t *testing.T) {
	newHost := func(code string) string { return fmt.Sprintf(`{"code":%q,"message":"x","requestid":"r"}`, code) }
	oldHost := func(code int) string { return fmt.Sprintf(`{"errcode":%d,"errmsg":"x"}`, code) }
	for name, tc := range map[string]struct {
		want    verdict
		status  int
		answers []string
	}{
		"done":               {0, 200, []string{`{}`, `{"errcode":0}`, `{"errcode":"0"}`, `{"processQueryKey":"k","invalidStaffIdList":[]}`, `not JSON`, ``}},
		"webhook, throttled": {verdictThrottled, 200, []string{oldHost(130101), oldHost(410100)}},
		"webhook, quota":     {verdictQuota, 200, []string{oldHost(90030), oldHost(90020)}},
		"webhook, busy":      {verdictRetry, 200, []string{oldHost(-1), oldHost(302033), oldHost(15), oldHost(88)}},
		"webhook, final": {verdictFinal, 200, []string{
			oldHost(300001), oldHost(310000), oldHost(400013), oldHost(400101), oldHost(400102), oldHost(400105), oldHost(400106),
			oldHost(430101), oldHost(430102), oldHost(430103), oldHost(430104), oldHost(40035), oldHost(43004), oldHost(60121), oldHost(400002),
		}},
		"old host, throttled": {verdictThrottled, 200, []string{oldHost(90018), oldHost(90002), oldHost(90019), `{"errcode":88,"sub_code":"90018"}`}},
		"old host, token":     {verdictToken, 200, []string{oldHost(40014), oldHost(42001), `{"errcode":88,"sub_code":"40014"}`}},
		"new host, throttled": {verdictThrottled, 403, []string{
			newHost("Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"), newHost("Forbidden.AccessDenied.QpsLimitForApi"),
		}},
		"new host, quota":     {verdictQuota, 403, []string{newHost("Forbidden.AccessDenied.ApiCountLimitForOrg")}},
		"new host, forbidden": {verdictFinal, 403, []string{newHost("Forbidden.AccessDenied.AccessTokenPermissionDenied"), newHost("Forbidden.AccessDenied.IpNotInWhiteList"), `{}`, ``}},
		"sends, throttled":    {verdictThrottled, 400, []string{newHost("send.too.fast"), newHost("send.byToken.tooFast"), newHost("toomuch.msg")}},
		"sends, quota":        {verdictQuota, 400, []string{newHost("ding.serverquota.insufficient")}},
		"sends, token":        {verdictToken, 400, []string{newHost("InvalidAuthentication")}},
		"sends, final": {verdictFinal, 400, []string{
			newHost("too.many.people"), newHost("staffId.notExisted"), newHost("robot.oto.notExist"), newHost("chatbotId.notAllow.sendOTO"),
			newHost("invalidParameter.msgParam.tooLong"), newHost("template.stopped"), newHost("bot.forbidden.sendMessage"), newHost("contain.unsafe.url"),
			newHost("group.disbanded"), newHost("bot.stopped"), newHost("invalid.openConversationId"), newHost("ding.receivercount.limit"), newHost("param.templateNotExist"),
		}},
		"unauthorized":         {verdictToken, 401, []string{`{}`, ``}},
		"too many requests":    {verdictThrottled, 429, []string{`{}`, `<html>`}},
		"may have been done":   {verdictAmbiguous, 500, []string{newHost("system.error"), newHost("system.busy"), newHost("unknown.send.result"), newHost("unknownError"), `<html>oops</html>`, ``, oldHost(-1)}},
		"timed out over there": {verdictAmbiguous, 504, []string{newHost("ServiceUnavailable.Timeout"), `gateway timeout`}},
		"away":                 {verdictAmbiguous, 503, []string{newHost("ServiceUnavailable"), ``}},
		"not found":            {verdictFinal, 404, []string{newHost("InvalidAction.NotFound"), ``}},
		"redirected":           {verdictFinal, 302, []string{``}},
		"a page in between":    {verdictRetry, 200, []string{`<html>blocked</html>`, "\n<!DOCTYPE html>"}},
		"a page that forbids":  {verdictRetry, 403, []string{`<html>blocked</html>`}},
		"address blocked":      {verdictThrottled, 200, []string{`{"status":1111,"wait":5,"source":"x5","punish":"deny","uuid":"u"}`}},
	} {
		for _, answer := range tc.answers {
			got := verdict(0)
			if f := judge(tc.status, []byte(answer)); f != nil {
				got = f.verdict
			}
			if got != tc.want {
				t.Errorf("%s: %d %s: verdict %d, want %d", name, tc.status, answer, got, tc.want)
			}
		}
	}
}

func TestTheSenderIsToldWhatAVerdictMeans(t *testing.T) {
	for v, want := range map[verdict]bot.SendError{
		verdictFinal:     {},
		verdictRetry:     {Retry: true},
		verdictAmbiguous: {Retry: true},
		verdictToken:     {Retry: true},
		verdictThrottled: {Retry: true, Throttled: true, After: time.Second},
		verdictQuota:     {Retry: true, After: 10 * time.Minute},
	} {
		got, ok := asSendError(&failure{verdict: v, status: 400}).(*bot.SendError) //nolint:errorlint // made just now
		if !ok || got.Reason == "" || got.Retry != want.Retry || got.Throttled != want.Throttled || got.After != want.After {
			t.Errorf("verdict %d: %+v", v, got)
		}
	}
	if got := asSendError(context.Canceled); got != context.Canceled { //nolint:errorlint // the very same
		t.Errorf("another error became %v", got)
	}
}
