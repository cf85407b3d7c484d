package main

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"guanjia/bot"
)

// addPerson takes "李工 staff001" or "李工=staff001". Somebody who is there already
// gets the further role.
func (a *answers) addPerson(lang, s string, role bot.Role) error {
	words := strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("=,，", r) })
	if len(words) < 2 {
		return errors.New(text(lang, "写成：姓名 userId，例如 李工 staff001", "write a name and a userId, such as Li staff001"))
	}
	name, id := strings.Join(words[:len(words)-1], " "), words[len(words)-1]
	switch {
	case !regexp.MustCompile(`^[A-Za-z0-9_.@-]{1,64}$`).MatchString(id):
		return fmt.Errorf(text(lang, "%q 不是 userId（字母、数字、_-@.）；管理后台的通讯录里，它叫“员工UserID”", "%q is no userId (letters, digits, _-@.); the admin console's contacts list shows it"), id)
	case utf8.RuneCountInString(name) > 32 || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) || r == '$' }):
		return errors.New(text(lang, "姓名太长，或含有不可见字符", "the name is too long, or has characters that cannot be seen"))
	}
	if i := slices.IndexFunc(a.team, func(m bot.Member) bool { return m.UserID == id }); i >= 0 {
		if slices.Contains(a.team[i].Roles, role) {
			return fmt.Errorf(text(lang, "%s 已经在了（%s）", "%s is there already (%s)"), id, a.team[i].Name)
		}
		a.team[i].Roles = append(a.team[i].Roles, role)
		return nil
	}
	a.team = append(a.team, bot.Member{Key: a.key(name, role), Name: name, UserID: id, Roles: []bot.Role{role}})
	return nil
}

// key is a short name for the configuration: the person's, where it is Latin, else
// the role with a number.
func (a *answers) key(name string, role bot.Role) string {
	key := strings.ToLower(strings.ReplaceAll(name, " ", "-"))
	if regexp.MustCompile(`^[a-z][a-z0-9-]*$`).MatchString(key) && !a.has(key) {
		return key
	}
	for n := 1; ; n++ {
		if key = fmt.Sprintf("%s%d", role, n); !a.has(key) {
			return key
		}
	}
}

func (a *answers) has(key string) bool {
	return slices.ContainsFunc(a.team, func(m bot.Member) bool { return m.Key == key })
}

// withRole are the keys of those who have a role.
func (a *answers) withRole(role bot.Role) []string {
	var keys []string
	for _, m := range a.team {
		if slices.Contains(m.Roles, role) {
			keys = append(keys, m.Key)
		}
	}
	return keys
}
