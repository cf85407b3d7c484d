package engagement

import (
	"crypto/subtle"
	"slices"
	"strings"
)

// Identities are the ids by which the case's people are known so far.
func (c *Case) Identities() []string {
	ids := slices.Clone(c.Bound)
	for _, p := range c.Contacts {
		for _, id := range [...]string{p.UserID, p.UnionID} {
			if id != "" && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// Has reports whether somebody known by one of the ids belongs to the case.
func (c *Case) Has(ids ...string) bool {
	mine := c.Identities()
	return slices.ContainsFunc(ids, func(id string) bool { return id != "" && slices.Contains(mine, id) })
}

// maxBound bounds how many people can bind themselves to a case.
const maxBound = 200

// Bind lets somebody belong to the case; fresh is false when they did before.
func (c *Case) Bind(identity, name string) (fresh bool, e Effects) {
	if c.Has(identity) || len(c.Bound) >= maxBound || identity == "" {
		return false, e
	}
	c.Bound = append(c.Bound, identity)
	e.log(Event{Kind: "bound", By: name})
	return true, e
}

// CodeIs reports whether somebody typed the case's binding code.
func (c *Case) CodeIs(typed string) bool {
	typed = strings.ToUpper(strings.TrimSpace(typed))
	return c.BindingCode != "" && subtle.ConstantTimeCompare([]byte(typed), []byte(strings.ToUpper(c.BindingCode))) == 1
}
