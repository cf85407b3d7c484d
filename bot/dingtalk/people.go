package dingtalk

import (
	"context"
	"errors"
	"strings"
	"unicode"
)

// UserByMobile finds the organisation's member with a mobile number, written in
// any usual way. A number that is nobody's, or no number at all, is not found.
func (r *Rooms) UserByMobile(ctx context.Context, mobile string) (userID string, found bool, err error) {
	number := mobileNumber(mobile)
	if number == "" {
		return "", false, nil
	}
	var answer struct {
		Result struct {
			UserID string `json:"userid"`
		} `json:"result"`
	}
	err = r.api.postOld(ctx, "/topapi/v2/user/getbymobile", "", map[string]string{"mobile": number}, &answer)
	if f, ok := errors.AsType[*failure](err); ok && (f.code == "60121" || f.code == "40104") {
		return "", false, nil
	}
	return answer.Result.UserID, answer.Result.UserID != "", refused("按手机号查找成员", err)
}

// UserByUnionID finds the organisation's member with a union id. That of an
// outside contact is not found: a group takes no outsiders by id.
func (r *Rooms) UserByUnionID(ctx context.Context, unionID string) (userID string, found bool, err error) {
	var answer struct {
		Result struct {
			UserID  string `json:"userid"`
			Contact int    `json:"contact_type"` // 1: an outside contact
		} `json:"result"`
	}
	err = r.api.postOld(ctx, "/topapi/user/getbyunionid", "", map[string]string{"unionid": unionID}, &answer)
	if f, ok := errors.AsType[*failure](err); ok && f.code == "60121" {
		return "", false, nil
	}
	if answer.Result.Contact != 0 {
		return "", false, nil
	}
	return answer.Result.UserID, answer.Result.UserID != "", refused("按 unionId 查找成员", err)
}

// mobileNumber normalises a number: digits only, without the country code of
// mainland China; other countries keep "+". Empty means that it is none.
func mobileNumber(s string) string {
	digits := strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9' || r == '+':
			return r
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == '＋':
			return '+'
		case unicode.IsSpace(r) || strings.ContainsRune("-－()（）.", r):
			return -1
		}
		return 'x'
	}, s)
	if rest, ok := strings.CutPrefix(digits, "00"); ok {
		digits = "+" + rest
	}
	digits = strings.TrimPrefix(digits, "+86")
	if len(digits) == 13 {
		digits = strings.TrimPrefix(digits, "86")
	}
	n := len(strings.TrimPrefix(digits, "+"))
	if n < 6 || n > 15 || strings.ContainsAny(digits[1:], "+x") || digits[0] == 'x' {
		return ""
	}
	return digits
}
