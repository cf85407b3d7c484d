package bot

import (
	"slices"
	"strings"
)

// Role is what a team member may do and is asked for.
type Role string

// The roles of the service's team.
const (
	RolePresales Role = "presales"
	RoleExpert   Role = "expert"
	RoleManager  Role = "manager"
)

// Member is one person of the service's team.
type Member struct {
	Key    string `yaml:"key" json:"key"`
	Name   string `yaml:"name" json:"name"`
	UserID string `yaml:"user_id" json:"user_id"`
	Roles  []Role `yaml:"roles" json:"roles"`
}

// Has reports whether the member has the role.
func (m Member) Has(r Role) bool { return slices.Contains(m.Roles, r) }

// Team is the service's people, in the order of the configuration.
type Team []Member

// ByStaffID finds the member with that platform id.
func (t Team) ByStaffID(id string) (Member, bool) {
	return t.find(func(m Member) bool { return id != "" && m.UserID == id })
}

// ByKey finds the member with that key.
func (t Team) ByKey(key string) (Member, bool) {
	return t.find(func(m Member) bool { return m.Key == key })
}

// ByWord finds the member that a person means when typing a name, a key or an
// @-mention of either, without regard to case.
func (t Team) ByWord(word string) (Member, bool) {
	word = strings.TrimPrefix(strings.TrimSpace(word), "@")
	return t.find(func(m Member) bool {
		return strings.EqualFold(m.Key, word) || strings.EqualFold(m.Name, word) || m.UserID == word
	})
}

// WithRole lists the members with that role.
func (t Team) WithRole(r Role) []Member {
	return slices.DeleteFunc(slices.Clone([]Member(t)), func(m Member) bool { return !m.Has(r) })
}

func (t Team) find(match func(Member) bool) (Member, bool) {
	if i := slices.IndexFunc(t, match); i >= 0 {
		return t[i], true
	}
	return Member{}, false
}
