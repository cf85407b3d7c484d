package dingtalk_test

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"guanjia/bot"
	"guanjia/bot/dingtalk"
	"guanjia/dingsim"
)

// sentBy lets a customer send an attachment and returns it as the bot knows it.
func sentBy(t *testing.T, s *simulated, kind bot.Kind, msgtype, name string) *bot.Attachment {
	t.Helper()
	content := map[string]any{"downloadCode": "code-" + msgtype}
	if name != "" {
		content["fileName"] = name
	}
	if _, err := s.sim.Say(dingsim.Say{From: "cust001", MsgType: msgtype, Content: content}); err != nil {
		t.Fatal(err)
	}
	return &bot.Attachment{Kind: kind, Code: "code-" + msgtype, Name: name}
}

func TestAttachmentsArePassedOn(t *testing.T) {
	s := simulate(t)
	p := dingtalk.NewPlatform(s.api)
	group, err := s.sim.CreateGroup("C3", []string{"staff001", "cust001"})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []bot.Outgoing{
		{To: bot.User("staff001"), Text: "来自陈晓", Attachment: sentBy(t, s, bot.KindPicture, "picture", "")},
		{To: bot.User("staff001"), Attachment: sentBy(t, s, bot.KindFile, "file", "日志.ZIP")},
		{To: bot.Group(group), Attachment: sentBy(t, s, bot.KindFile, "file", "截图.png")},
	} {
		if receipt, err := p.Send(t.Context(), o); err != nil || receipt == "" {
			t.Errorf("%+v: %q, %v", o.Attachment, receipt, err)
		}
	}
	want := []string{"oto staff001: 来自陈晓", "oto staff001: [图片]", "oto staff001: [文件] 日志.ZIP", "group : [图片]"}
	if got := s.said(); !slices.Equal(got, want) {
		t.Errorf("said %q, want %q", got, want)
	}
	if got := s.meter.api(); got != 3*3+1 {
		t.Errorf("%d metered calls, want 10: the address, the upload and the message of each, and a caption", got)
	}
}

func TestWhatCannotBePassedOnSaysSoAndSaysNothingElse(t *testing.T) {
	s := simulate(t)
	p := dingtalk.NewPlatform(s.api)
	for _, tc := range []struct {
		a      bot.Attachment
		to     bot.Recipient
		reason string
	}{
		{bot.Attachment{Kind: bot.KindFile, Code: "x", Name: "a.pcap"}, bot.User("staff001"), "pcap"},
		{bot.Attachment{Kind: bot.KindFile, Code: "x", Name: "noext"}, bot.User("staff001"), "zip"},
		{bot.Attachment{Kind: bot.KindAudio, Code: "x"}, bot.User("staff001"), "语音"},
		{bot.Attachment{Kind: bot.KindVideo, Code: "x"}, bot.User("staff001"), "视频"},
		{bot.Attachment{Kind: bot.KindUnknown, Code: "x"}, bot.User("staff001"), "这种内容"},
		{bot.Attachment{Kind: bot.KindPicture}, bot.User("staff001"), "重新发送"},
		{bot.Attachment{Kind: bot.KindPicture, Code: "expired"}, bot.User("staff001"), "过期"},
		{bot.Attachment{Kind: bot.KindFile, Code: "x", Name: "a.pdf"}, bot.ReplyOnly("c"), "组织外"},
	} {
		_, err := p.Send(t.Context(), bot.Outgoing{To: tc.to, Text: "标题", Attachment: &tc.a})
		if se := sendError(t, err); se.Retry || !strings.Contains(se.Reason, tc.reason) {
			t.Errorf("%+v: retry %v, reason %q", tc.a, se.Retry, se.Reason)
		}
	}
	if got := s.said(); len(got) != 0 {
		t.Errorf("said %q", got)
	}
}

func TestOutsidersGetPicturesOnTheirReplyAddress(t *testing.T) {
	s := simulate(t)
	var body string
	s.answers("/robot/sendBySession", func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		body = string(b)
		_, _ = io.WriteString(w, `{"errcode":0}`)
	})
	_, err := dingtalk.NewPlatform(s.api).Send(t.Context(), bot.Outgoing{
		To: bot.ReplyOnly("c"), Text: "请看", Attachment: sentBy(t, s, bot.KindPicture, "picture", ""),
		Reply: bot.Webhook{URL: s.web.URL + "/robot/sendBySession?session=x", Expires: tomorrow()},
	})
	if err != nil || !strings.Contains(body, "请看") || !strings.Contains(body, "![](@l") {
		t.Errorf("%s, %v", body, err)
	}
}

func TestDownloadsAreBoundedAndChecked(t *testing.T) {
	big := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(20<<20+1))
		_, _ = w.Write([]byte("x"))
	}
	endless := func(w http.ResponseWriter, _ *http.Request) {
		for range 21 {
			if _, err := w.Write(make([]byte, 1<<20)); err != nil {
				return
			}
			_ = http.NewResponseController(w).Flush()
		}
	}
	elsewhere := func(where string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"downloadUrl":"`+where+`"}`) }
	}
	for _, tc := range []struct {
		name, path string
		answer     http.HandlerFunc
		retry      bool
		reason     string
	}{
		{"too large", "/down/", big, false, "20 MB"},
		{"too large without a length", "/down/", endless, false, "20 MB"},
		{"empty", "/down/", func(http.ResponseWriter, *http.Request) {}, false, "空"},
		{"gone", "/down/", http.NotFound, false, "过期"},
		{"moved", "/down/", http.RedirectHandler("http://192.0.2.1/", http.StatusFound).ServeHTTP, false, "过期"},
		{"broken", "/down/", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }, true, "没有应答"},
		{"cut off", "/down/", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write([]byte("x"))
		}, true, "没有应答"},
		{"plain http", "/v1.0/robot/messageFiles/", elsewhere("http://files.example/x"), false, "不可用"},
		{"an address inside", "/v1.0/robot/messageFiles/", elsewhere("https://169.254.169.254/x"), false, "不可用"},
		{"a short name", "/v1.0/robot/messageFiles/", elsewhere("https://metadata/x"), false, "不可用"},
		{"with a password", "/v1.0/robot/messageFiles/", elsewhere("https://a:b@files.example/x"), false, "不可用"},
		{"no address", "/v1.0/robot/messageFiles/", elsewhere(""), false, "不可用"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := simulate(t)
			s.answers(tc.path, tc.answer)
			o := bot.Outgoing{To: bot.User("staff001"), Text: "标题", Attachment: sentBy(t, s, bot.KindFile, "file", "a.pdf")}
			_, err := dingtalk.NewPlatform(s.api).Send(t.Context(), o)
			if se := sendError(t, err); se.Retry != tc.retry || !strings.Contains(se.Reason, tc.reason) {
				t.Errorf("retry %v, reason %q (%v)", se.Retry, se.Reason, err)
			}
			if got := s.said(); len(got) != 0 {
				t.Errorf("said %q", got)
			}
		})
	}
}

func TestAFileWithoutALengthIsPassedOnWhole(t *testing.T) {
	s := simulate(t)
	want := bytes.Repeat([]byte("日志"), 100_000)
	s.answers("/down/", func(w http.ResponseWriter, _ *http.Request) {
		_ = http.NewResponseController(w).Flush()
		_, _ = w.Write(want)
	})
	o := bot.Outgoing{To: bot.User("staff001"), Attachment: sentBy(t, s, bot.KindFile, "file", "a.zip")}
	if _, err := dingtalk.NewPlatform(s.api).Send(t.Context(), o); err != nil || s.said()[0] != "oto staff001: [文件] a.zip" {
		t.Errorf("%v, said %q", err, s.said())
	}
}

func TestPicturesAreUploadedAsThePlatformWantsThem(t *testing.T) {
	s := simulate(t)
	png := append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 5<<20)...)
	var kind, name string
	var got []byte
	var length int64
	s.answers("/media/upload", func(w http.ResponseWriter, r *http.Request) {
		length, kind = r.ContentLength, r.URL.Query().Get("type")
		if f, h, err := r.FormFile("media"); err == nil {
			name = h.Filename
			got, _ = io.ReadAll(f)
		}
		_, _ = io.WriteString(w, `{"errcode":0,"media_id":"@lADtest"}`)
	})
	id, err := dingtalk.NewPlatform(s.api).UploadImage(t.Context(), "week.png", png)
	if err != nil || id != "@lADtest" || kind != "image" || name != "week.png" || !bytes.Equal(got, png) || length <= int64(len(png)) {
		t.Errorf("id %q, type %q, name %q, %d bytes of %d, length %d, %v", id, kind, name, len(got), len(png), length, err)
	}
}

func TestUploadsThatCannotBeSayWhy(t *testing.T) {
	s := simulate(t)
	p := dingtalk.NewPlatform(s.api)
	if id, err := p.UploadImage(t.Context(), "a.png", []byte("x")); err != nil || id == "" {
		t.Fatalf("%q, %v", id, err)
	}
	for size, reason := range map[int]string{0: "空", 20<<20 + 1: "20 MB"} {
		if _, err := p.UploadImage(t.Context(), "a.png", make([]byte, size)); !strings.Contains(sendError(t, err).Reason, reason) {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
	s.faults(t, `{"fail_after_success":"media/upload"}`)
	if _, err := p.UploadImage(t.Context(), "a.png", []byte("x")); !sendError(t, err).Retry {
		t.Errorf("a lost answer: %v", err)
	}
	s.faults(t, `{"fail_after_success":"","refuse_token":true}`)
	_, err := p.UploadImage(t.Context(), "a.png", []byte("x"))
	if se := sendError(t, err); !se.Retry || strings.Contains(se.Error(), "access_token") {
		t.Errorf("a refused token: %+v", se)
	}
}

func TestErrorsOfFilesHoldNoSecrets(t *testing.T) {
	s := simulate(t)
	s.answers("/v1.0/robot/messageFiles/", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"downloadUrl":"https://127.0.0.1:1/x?Signature=geheim"}`)
	})
	o := bot.Outgoing{To: bot.User("staff001"), Attachment: &bot.Attachment{Kind: bot.KindPicture, Code: "c"}}
	_, err := dingtalk.NewPlatform(s.api).Send(t.Context(), o)
	if se := sendError(t, err); !se.Retry || strings.Contains(se.Error(), "geheim") || !strings.Contains(se.Error(), "127.0.0.1:1/x") {
		t.Errorf("download: %v", se)
	}
	s.cfg.OAPIHost = "http://127.0.0.1:1"
	_, err = dingtalk.NewPlatform(dingtalk.NewAPI(s.cfg, nil, nil)).UploadImage(t.Context(), "a.png", []byte("x"))
	if se := sendError(t, err); !se.Retry || strings.Contains(se.Error(), s.token(t)) || strings.Contains(se.Error(), "access_token") {
		t.Errorf("upload: %v", se)
	}
}
