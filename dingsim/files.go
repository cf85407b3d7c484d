package dingsim

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

func (s *Server) fileEndpoints() []endpoint {
	return []endpoint{
		{pattern: "POST /v1.0/robot/messageFiles/download", handle: s.fileURL},
		{pattern: "POST /media/upload", host: oldHost, limit: maxUpload, handle: s.upload},
	}
}

// fileURL turns a download code into a temporary address.
func (s *Server) fileURL(c *call) (any, *refusal) {
	var req struct {
		DownloadCode string `json:"downloadCode"`
		RobotCode    string `json:"robotCode"`
	}
	if no := c.decode(&req); no != nil {
		return nil, no
	}
	if no := required("downloadCode", req.DownloadCode != "", "robotCode", req.RobotCode != ""); no != nil {
		return nil, no
	}
	if req.RobotCode != s.cfg.ClientID {
		return nil, refuse(http.StatusBadRequest, "invalidParameter.robotCode.auth", "该应用没有权限使用此机器人")
	}
	if _, ok := s.files.name(req.DownloadCode); !ok {
		return nil, refuse(http.StatusBadRequest, "invalidParameter.downloadCode", "downloadCode 无效或已过期")
	}
	name := randomHex(12) + ".file" // the vendor loses the extension too
	s.files.put(name, req.DownloadCode)
	return map[string]any{"downloadUrl": s.base(c.host) + "/down/" + url.PathEscape(name) + "?Expires=" +
		strconv.FormatInt(time.Now().Add(time.Hour).Unix(), 10)}, nil
}

func (s *Server) serveFile(w http.ResponseWriter, r *http.Request) {
	if _, ok := s.files.name(r.PathValue("name")); !ok {
		http.Error(w, "no such file", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	_, _ = io.WriteString(w, "a file of the simulator\n") // a lost client is no matter
}

// uploadLimit is the greatest size in bytes of each type of media.
func uploadLimit(kind string) (int, bool) {
	switch kind {
	case "image", "video", "file":
		return 20 << 20, true
	case "voice":
		return 2 << 20, true
	}
	return 0, false
}

func (s *Server) upload(c *call) (any, *refusal) {
	kind := c.query.Get("type")
	body, name, no := c.multipart("media")
	if no != nil {
		return nil, no
	}
	if kind == "" {
		kind = name["type"]
	}
	limit, ok := uploadLimit(kind)
	switch {
	case !ok:
		return nil, errcode(40004, "不合法的媒体文件类型")
	case len(body) == 0:
		return nil, errcode(41005, "缺少多媒体文件数据")
	case len(body) > limit:
		return nil, errcode(40006, "不合法的文件大小")
	}
	id := "@lA" + strings.NewReplacer("+", "-", "/", "_").Replace(randomBase64(24))
	s.files.put(id, name["filename"])
	return map[string]any{"media_id": id, "type": kind, "created_at": time.Now().UnixMilli()}, nil
}

// multipart reads one file of a form and the plain fields beside it.
func (c *call) multipart(field string) ([]byte, map[string]string, *refusal) {
	_, attr, err := mime.ParseMediaType(c.header.Get("Content-Type"))
	if err != nil || attr["boundary"] == "" {
		return nil, nil, errcode(43008, "参数需要multipart类型")
	}
	form, fields := multipart.NewReader(bytes.NewReader(c.body), attr["boundary"]), map[string]string{}
	var file []byte
	for {
		part, err := form.NextPart()
		if err != nil {
			break // the end, or a broken form: what came is judged
		}
		b, err := io.ReadAll(part)
		if err != nil {
			return nil, nil, errcode(43008, "multipart内容不完整")
		}
		if part.FormName() == field {
			file, fields["filename"] = b, part.FileName()
		} else {
			fields[part.FormName()] = string(b)
		}
	}
	return file, fields, nil
}
