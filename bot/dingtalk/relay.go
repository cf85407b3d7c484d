package dingtalk

import (
	"cmp"
	"context"
	"path"
	"slices"
	"strings"

	"guanjia/bot"
)

// relay passes an attachment on: down by its code, up under a new id, then the
// caption, then the message itself. What can fail for good comes before the
// first word.
func (p *Platform) relay(ctx context.Context, kind, id string, o bot.Outgoing) (string, error) {
	m, err := mediaOf(*o.Attachment)
	if err != nil {
		return "", err
	}
	if kind == "reply" && m.kind != mediaImage {
		return "", &bot.SendError{Reason: "对方在组织外，机器人只能向其发文字和图片"}
	}
	if m.id, err = p.api.passOn(ctx, o.Attachment.Code, m); err != nil {
		return "", err
	}
	if kind == "reply" { // reply addresses take no pictures but in markdown
		o.Text, o.Plain = strings.TrimLeft(o.Text+"\n\n![]("+m.id+")", "\n"), false
		return p.chat(ctx, kind, id, o)
	}
	if o.Text != "" {
		if _, err := p.chat(ctx, kind, id, o); err != nil {
			return "", err
		}
	}
	if kind == "group" {
		return p.toGroup(ctx, id, content{media: &m})
	}
	return p.toUser(ctx, id, content{media: &m})
}

// media is a picture or file in the platform's terms.
type media struct {
	kind string // mediaImage or mediaFile
	name string // of a file
	ext  string // of a file, without the dot, lower case
	id   string
}

// mediaOf tells how an attachment can be sent on. The error is for its sender.
func mediaOf(a bot.Attachment) (media, error) {
	name := cleanName(a.Name)
	ext := strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))
	switch {
	case a.Code == "":
		return media{}, &bot.SendError{Reason: "钉钉没有给出文件内容，请重新发送"}
	case a.Kind == bot.KindPicture, a.Kind == bot.KindFile && slices.Contains([]string{"png", "jpg", "jpeg", "gif", "bmp"}, ext):
		return media{kind: mediaImage}, nil
	case a.Kind == bot.KindFile && slices.Contains([]string{"xlsx", "pdf", "zip", "rar", "doc", "docx"}, ext):
		return media{kind: mediaFile, name: name, ext: ext}, nil
	case a.Kind == bot.KindFile:
		return media{}, &bot.SendError{Reason: "钉钉机器人不能转发" + cmp.Or(ext, "这种") + "文件，请打包成 zip 后重发（可转发 xlsx、pdf、zip、rar、doc、docx 和图片）"}
	case a.Kind == bot.KindAudio:
		return media{}, &bot.SendError{Reason: "钉钉机器人不能转发语音，请改发文字、图片或文件"}
	case a.Kind == bot.KindVideo:
		return media{}, &bot.SendError{Reason: "钉钉机器人不能转发视频，请打包成 zip 文件后重发"}
	}
	return media{}, &bot.SendError{Reason: "钉钉机器人不能转发这种内容，请改发文字、图片或文件"}
}

// passOn streams a file from the platform back to it and returns its new id.
func (a *API) passOn(ctx context.Context, code string, m media) (mediaID string, err error) {
	where, err := a.fileURL(ctx, code)
	if err != nil {
		return "", err
	}
	err = a.withToken(ctx, func(token string) error {
		f, closeBody, err := a.open(ctx, where)
		if err != nil {
			return err
		}
		defer closeBody()
		if f.size == 0 {
			return &bot.SendError{Reason: "文件是空的"}
		}
		if f.name = m.name; m.kind == mediaImage {
			f.name = imageName(&f)
		}
		mediaID, err = a.upload(ctx, token, m.kind, f)
		return err
	})
	return mediaID, err
}
