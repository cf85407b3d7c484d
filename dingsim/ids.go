package dingsim

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
)

// The shapes below are those seen in the vendor's examples: clients that parse
// identifiers, or forget to escape them, shall fail here too.

func newMsgID() string          { return "msg" + randomBase64(18) + "==" }
func newConversationID() string { return "cid" + randomBase64(18) + "==" }
func newChatID() string         { return "chat" + strings.ToLower(rand.Text()) }
func newQueryKey() string       { return randomBase64(24) }

func newMessageID() string {
	h := randomHex(14)
	return h[:8] + "_" + h[8:11] + "_" + h[11:22] + "_" + h[22:]
}

func newRequestID() string {
	h := strings.ToUpper(randomHex(16))
	return fmt.Sprintf("%s-%s-%s-%s-%s", h[:8], h[8:12], h[12:16], h[16:20], h[20:])
}

// newTicket always holds "+" and "/", which the vendor's tickets may hold and
// which the official Go client sends unescaped.
func newTicket() string { return randomHex(8) + "+" + randomBase64(12) + "/" + randomHex(4) }

// senderID is the opaque id of a person; it is no userId and no API takes it.
func senderID(seed string) string {
	sum := sha256.Sum256([]byte(seed))
	return "$:LWCP_v1:$" + base64.StdEncoding.EncodeToString(sum[:18])
}

func randomHex(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return hex.EncodeToString(b)
}

func randomBase64(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return base64.StdEncoding.EncodeToString(b)
}
