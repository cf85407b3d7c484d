package dingtalk

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"guanjia/bot"
)

// errExpired stands for a file that the platform does not give out any more.
var errExpired = errors.New("the platform does not give the file out")

// fileURL turns a download code into a temporary address.
func (a *API) fileURL(ctx context.Context, code string) (string, error) {
	var answer struct {
		DownloadURL string `json:"downloadUrl"`
	}
	err := a.post(ctx, "/v1.0/robot/messageFiles/download", map[string]string{"downloadCode": code, "robotCode": a.cfg.RobotCode}, &answer)
	if err != nil {
		return "", err
	}
	if err := allowedDownload(answer.DownloadURL); err != nil {
		return "", &bot.SendError{Reason: "钉钉给出的文件地址不可用", Err: err}
	}
	return answer.DownloadURL, nil
}

// allowedDownload checks the address of a file. It names one of the platform's
// many storage hosts, so there is no list of them; but it must be https, and no
// address of a network of our own. Loopback is for simulators.
func allowedDownload(raw string) error {
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Hostname() == "":
		return errors.New("download address is not a url")
	case u.User != nil:
		return errors.New("download address carries user information")
	case isLoopback(u.Hostname()) && (u.Scheme == "http" || u.Scheme == "https"):
		return nil
	case u.Scheme != "https":
		return fmt.Errorf("download address has scheme %q, only https is allowed", u.Scheme)
	case net.ParseIP(u.Hostname()) != nil || !strings.Contains(u.Hostname(), "."):
		return fmt.Errorf("download address has host %q, which is no public name", u.Hostname())
	}
	return nil
}

// open starts the download of a file of at most maxFile bytes. close must be
// called when the error is nil.
func (a *API) open(ctx context.Context, where string) (f file, closeBody func(), err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, where, http.NoBody)
	if err != nil {
		return file{}, nil, &failure{verdict: verdictFinal, err: redacted(err)}
	}
	resp, err := a.filesClient().Do(req)
	if err != nil {
		return file{}, nil, &failure{verdict: verdictRetry, err: redacted(err)}
	}
	closeBody = func() { _ = resp.Body.Close() } // nothing to do about it
	if f, err = received(resp); err != nil {
		closeBody()
		return file{}, nil, err
	}
	return f, closeBody, nil
}

// received judges the answer to a download.
func received(resp *http.Response) (file, error) {
	switch {
	case resp.StatusCode >= 500:
		return file{}, &failure{verdict: verdictRetry, status: resp.StatusCode}
	case resp.StatusCode != http.StatusOK:
		return file{}, &bot.SendError{Reason: "文件已过期或无法下载，请对方重新发送", Err: fmt.Errorf("%w: status %d", errExpired, resp.StatusCode)}
	case resp.ContentLength > maxFile:
		return file{}, tooLarge()
	case resp.ContentLength >= 0:
		return file{size: resp.ContentLength, body: resp.Body}, nil
	}
	// The size is needed beforehand; storage hosts tell it, others are held in memory.
	b, err := io.ReadAll(io.LimitReader(resp.Body, maxFile+1))
	switch {
	case err != nil:
		return file{}, &failure{verdict: verdictRetry, status: resp.StatusCode, err: redacted(err)}
	case len(b) > maxFile:
		return file{}, tooLarge()
	}
	return file{size: int64(len(b)), body: bytes.NewReader(b)}, nil
}

// imageName names a picture by what it is: the platform takes the extension for
// the type, and its own downloads have none.
func imageName(f *file) string {
	peek := bufio.NewReaderSize(f.body, 512)
	head, _ := peek.Peek(512) // shorter files are fine, broken ones show when they are read
	f.body = peek
	switch http.DetectContentType(head) {
	case "image/jpeg":
		return "picture.jpg"
	case "image/gif":
		return "picture.gif"
	case "image/bmp":
		return "picture.bmp"
	default:
		return "picture.png"
	}
}
