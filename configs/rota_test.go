package configs_test

import (
	"strings"
	"testing"

	"guanjia/configs"
)

const aTeam = `team:
  - {key: li, name: 李工, user_id: staff001, roles: [expert]}
  - {key: wang, name: 王工, user_id: staff002, roles: [expert]}
oncall:
  rotations:
    - {name: primary, members: [li, wang], period: 7d, start: "2026-11-23T09:00"}
`

func TestMistakesInTheRotaAreNamedWithTheirPlaceAndRemedy(t *testing.T) {
	for name, tc := range map[string]struct{ old, text, want string }{
		"unknown member":    {"[li, wang]", "[li, zhao]", `c.yaml:6:37: oncall.rotations[0].members[1]: there is no member with key "zhao" under team; add one, or use one of li, wang`},
		"nobody":            {"[li, wang]", "[]", "c.yaml:6:32: oncall.rotations[0].members: is empty, nobody would ever be on duty; list keys of members"},
		"zero period":       {"period: 7d", "period: 0", "c.yaml:6:52: oncall.rotations[0].period: must be positive, such as 24h or 7d"},
		"negative period":   {"period: 7d", "period: -1d", "c.yaml:6:52: oncall.rotations[0].period: \"-1d\" is not a duration; write it like 20s, 5m, 36h or 5d"},
		"no period":         {"period: 7d, ", "", "c.yaml:6:7: oncall.rotations[0].period: must be positive, such as 24h or 7d"},
		"no such day":       {"11-23T09", "02-30T09", "c.yaml:6:63: oncall.rotations[0].start: "},
		"no name":           {"name: primary", `name: ""`, "c.yaml:6:14: oncall.rotations[0].name: "},
		"twice the name":    {"09:00\"}\n", "09:00\"}\n    - {name: primary, members: [li], period: 7d, start: \"2026-11-23T09:00\"}\n", `c.yaml:7:14: oncall.rotations[1].name: there is another rotation "primary"; names must differ`},
		"override backward": {"", overrides(`{rotation: primary, member: li, from: "2026-12-02T09:00", to: "2026-12-01T09:00"}`), "c.yaml:8:69: oncall.overrides[0].to: 2026-12-01T09:00 is not after 2026-12-02T09:00; end the override later"},
		"override nobody":   {"", overrides(`{rotation: primary, member: zhao, from: "2026-12-01T09:00", to: "2026-12-02T09:00"}`), `c.yaml:8:35: oncall.overrides[0].member: there is no member with key "zhao" under team`},
		"override nowhere":  {"", overrides(`{rotation: night, member: li, from: "2026-12-01T09:00", to: "2026-12-02T09:00"}`), `c.yaml:8:18: oncall.overrides[0].rotation: there is no rotation "night"; use one of primary`},
		"overlap": {
			"", overrides(
				`{rotation: primary, member: li, from: "2026-12-01T09:00", to: "2026-12-03T09:00"}`,
				`{rotation: primary, member: wang, from: "2026-12-02T09:00", to: "2026-12-04T09:00"}`),
			"c.yaml:9:7: oncall.overrides[1]: overlaps another override of primary, by li from 2026-12-01T09:00; shorten one of them",
		},
	} {
		text := aTeam + tc.text
		if tc.old != "" {
			text = strings.Replace(aTeam, tc.old, tc.text, 1)
		}
		if _, err := configs.Parse("c.yaml", []byte(text), env()); err == nil || !strings.Contains(err.Error(), tc.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v\nwant %s", name, err, tc.want)
		}
	}
	back := aTeam + overrides(
		`{rotation: primary, member: li, from: "2026-12-01T09:00", to: "2026-12-02T09:00"}`,
		`{rotation: primary, member: wang, from: "2026-12-02T09:00", to: "2026-12-03T09:00"}`)
	if _, err := configs.Parse("c.yaml", []byte(back), env()); err != nil {
		t.Errorf("one override after the other: %v", err)
	}
}

func overrides(list ...string) string {
	return "  overrides:\n    - " + strings.Join(list, "\n    - ") + "\n"
}

func TestALadderThatCallsNobodyIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		"escalation:\n  ladder:\n    - {notify: [], via: [chat], ack_within: 5m}":                                                                                   "c.yaml:3:16: escalation.ladder[0].notify: is empty; say whom to call",
		"escalation:\n  ladder:\n    - {via: [chat], ack_within: 5m}":                                                                                               "c.yaml:3:7: escalation.ladder[0].notify: is empty; say whom to call",
		"escalation:\n  ladder:\n    - {notify: [\"role:manager\"], via: [chat], ack_within: 5m}\n    - {notify: [\"role:presales\"], via: [chat], ack_within: 5m}": "c.yaml:3:5: escalation.ladder: none of its steps calls anybody; give members under team the roles it names",
		"team: [{key: zhou, name: 周经理, roles: [manager]}]":                                                                                                          "c.yaml:1:8: team[0].user_id: is missing; it is the member's DingTalk userId",
		"team: [{key: zhou, name: 周经理, roles: [manager], user_id: \"\"}]":                                                                                           "team[0].user_id: is missing; it is the member's DingTalk userId",
		"escalation:\n  ladder:\n    - {notify: [\"member:nobody\"], via: [chat], ack_within: 0s}":                                                                  "escalation.ladder[0].ack_within: must be longer than nothing",
	} {
		if _, err := configs.Parse("c.yaml", []byte(text), env()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\n%v\nwant %s", text, err, want)
		}
	}
	fine := "team: [{key: zhou, name: 周经理, user_id: u, roles: [manager]}]\nescalation: {ladder: [{notify: [\"role:presales\"], via: [chat], ack_within: 5m}, {notify: [\"role:manager\"], via: [chat], ack_within: 5m}]}"
	if _, err := configs.Parse("c.yaml", []byte(fine), env()); err != nil {
		t.Errorf("one empty step among others is skipped: %v", err)
	}
}

func TestMistakesInTheHoursAreNamedWithTheirPlace(t *testing.T) {
	for text, want := range map[string]string{
		"hours:\n  week:\n    mon: [\"09:00-12:00\", \"11:00-13:00\"]": "c.yaml:3:26: hours.week.mon[1]: ",
		"hours:\n  dates:\n    \"2027-02-30\": off":                    "c.yaml:3:19: hours.dates.2027-02-30: ",
		"hours:\n  dates:\n    \"2027-02-10\": [\"12:00-09:00\"]":      "c.yaml:3:20: hours.dates.2027-02-10[0]: ",
		"hours:\n  timezone: Local":                                    "c.yaml:2:13: hours.timezone: ",
	} {
		if _, err := configs.Parse("c.yaml", []byte(text), env()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\n%v\nwant %s", text, err, want)
		}
	}
}
