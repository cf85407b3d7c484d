package dingsim

import (
	"fmt"
	"strings"
)

// Person is somebody who exists in the simulated DingTalk.
type Person struct {
	UserID   string `json:"user_id"`  // the staff id inside the organisation; for an outsider only the simulator's own name
	UnionID  string `json:"union_id"` // the id outside the organisation too
	Name     string `json:"name"`
	Mobile   string `json:"mobile"`
	Title    string `json:"title"`
	Kind     string `json:"kind"`     // staff or customer
	Outsider bool   `json:"outsider"` // not of the bot's organisation: no staff id, no one-to-one messages by API
}

// staffID is what callbacks carry as senderStaffId; outsiders have none.
func (p Person) staffID() string {
	if p.Outsider {
		return ""
	}
	return p.UserID
}

// dingID is the opaque id that every callback carries as senderId.
func (p Person) dingID() string { return senderID(p.UnionID) }

// residents are the people who exist from the start (contract §6).
func residents() []Person {
	return []Person{
		{UserID: "staff001", UnionID: "uniStaff001iE", Name: "李工", Mobile: "13800000001", Title: "安全专家", Kind: "staff"},
		{UserID: "staff002", UnionID: "uniStaff002iE", Name: "王工", Mobile: "13800000002", Title: "安全专家", Kind: "staff"},
		{UserID: "staff003", UnionID: "uniStaff003iE", Name: "赵工", Mobile: "13800000003", Title: "安全专家", Kind: "staff"},
		{UserID: "staff004", UnionID: "uniStaff004iE", Name: "小陈", Mobile: "13800000004", Title: "售前顾问", Kind: "staff"},
		{UserID: "staff005", UnionID: "uniStaff005iE", Name: "周经理", Mobile: "13800000005", Title: "值班经理", Kind: "staff"},
		{UserID: "cust001", UnionID: "uniCust001iE", Name: "陈晓", Mobile: "13900000001", Title: "某电商公司 运维", Kind: "customer"},
		{UserID: "cust002", UnionID: "uniCust002iE", Name: "Alice", Mobile: "13900000002", Title: "CTO, overseas retailer", Kind: "customer"},
		{UserID: "cust003", UnionID: "uniCust003iE", Name: "刘总", Mobile: "13900000003", Title: "外部联系人", Kind: "customer", Outsider: true},
	}
}

// crowd are n people more, for load.
func crowd(n int) []Person {
	var out []Person
	for i := range n {
		id := fmt.Sprintf("%03d", i+1)
		out = append(out, Person{
			UserID: "guest" + id, UnionID: "uniGuest" + id + "iE", Name: "访客" + id,
			Mobile: "137" + fmt.Sprintf("%08d", i+1), Title: "访客", Kind: "customer",
		})
	}
	return out
}

// person finds somebody by user id.
func (d *directory) person(userID string) (Person, bool) {
	for _, p := range d.people {
		if p.UserID == userID {
			return p, true
		}
	}
	return Person{}, false
}

// member finds somebody of the organisation by user id.
func (d *directory) member(userID string) (Person, bool) {
	p, ok := d.person(userID)
	return p, ok && !p.Outsider
}

func (d *directory) byUnionID(unionID string) (Person, bool) {
	for _, p := range d.people {
		if p.UnionID == unionID {
			return p, true
		}
	}
	return Person{}, false
}

// byMobile finds somebody of the organisation by number, country code or not.
func (d *directory) byMobile(mobile string) (Person, bool) {
	digits := plainMobile(mobile)
	for _, p := range d.people {
		if p.Mobile == digits && !p.Outsider {
			return p, true
		}
	}
	return Person{}, false
}

func plainMobile(s string) string {
	s = strings.TrimPrefix(strings.TrimSpace(s), "+86")
	return strings.TrimPrefix(s, "-")
}
