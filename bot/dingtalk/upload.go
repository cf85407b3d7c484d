package dingtalk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"time"

	"guanjia/bot"
)

// maxFile is the largest picture or file that is passed on, in bytes; the
// platform takes no more.
const maxFile = 20 << 20

// filesWithin bounds moving one file, in one direction; the sender's own limit
// may be shorter.
const filesWithin = 30 * time.Second

// The platform's types of media that are used.
const (
	mediaImage = "image"
	mediaFile  = "file"
)

// file is something to be uploaded, read once.
type file struct {
	name string
	size int64 // bytes, exact
	body io.Reader
}

// filesClient is for what does not end within callWithin.
func (a *API) filesClient() *http.Client {
	c := *a.http
	c.Timeout = filesWithin
	return &c
}

// UploadImage gives a picture (PNG, JPEG, GIF or BMP, at most 20 MB) to the
// platform and returns the media id, which messages may use as a picture's
// address: markdown `![](mediaID)`. Errors are *bot.SendError.
func (p *Platform) UploadImage(ctx context.Context, name string, data []byte) (mediaID string, err error) {
	switch {
	case len(data) == 0:
		return "", &bot.SendError{Reason: "图片是空的", Err: errors.New("upload of an empty picture")}
	case len(data) > maxFile:
		return "", tooLarge()
	}
	err = p.api.withToken(ctx, func(token string) error {
		mediaID, err = p.api.upload(ctx, token, mediaImage, file{name: name, size: int64(len(data)), body: bytes.NewReader(data)})
		return err
	})
	return mediaID, refused("上传图片", err)
}

// upload streams a file to the old host.
func (a *API) upload(ctx context.Context, token, kind string, f file) (mediaID string, err error) {
	if err := a.admit(ctx, "/media/upload"); err != nil {
		return "", err
	}
	body, size, contentType, err := form(f)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, filesWithin)
	defer cancel()
	where := a.cfg.OAPIHost + "/media/upload?access_token=" + url.QueryEscape(token) + "&type=" + kind
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, where, body)
	if err != nil {
		return "", redacted(err)
	}
	req.ContentLength = size // the old host is not known to take chunks
	req.Header.Set("Content-Type", contentType)
	var answer struct {
		MediaID string `json:"media_id"`
	}
	if err := a.exchange(a.filesClient(), req, request{out: &answer, metered: "api"}); err != nil {
		return "", err
	}
	if answer.MediaID == "" {
		return "", &failure{verdict: verdictRetry, status: http.StatusOK, err: errors.New("upload answered without media_id")}
	}
	return answer.MediaID, nil
}

// form is a multipart form with the one field that the platform reads, and its
// size; the file itself is not held in memory.
func form(f file) (body io.Reader, size int64, contentType string, err error) {
	var frame bytes.Buffer
	w := multipart.NewWriter(&frame)
	if _, err := w.CreateFormFile("media", f.name); err != nil {
		return nil, 0, "", fmt.Errorf("encode upload: %w", err)
	}
	head := frame.Len()
	if err := w.Close(); err != nil {
		return nil, 0, "", fmt.Errorf("encode upload: %w", err)
	}
	b := frame.Bytes()
	body = io.MultiReader(bytes.NewReader(b[:head]), f.body, bytes.NewReader(b[head:]))
	return body, int64(len(b)) + f.size, w.FormDataContentType(), nil
}

func tooLarge() *bot.SendError {
	return &bot.SendError{Reason: "文件超过 20 MB，机器人不能转发", Err: fmt.Errorf("file larger than %d bytes", maxFile)}
}
