package console

import "html/template"

// tone is the colour that a state is shown in.
func tone(state string) string {
	switch state {
	case "exhausted", "failed", "cancelled", "escalate":
		return "bad"
	case "calling", "reported", "desk", "handoff", "clarify", "report", "expired":
		return "warn"
	case "held", "accepted", "active", "read", "answer":
		return "good"
	case "waiting", "sent":
		return "info"
	}
	return "mute"
}

// icon is a small drawing beside words; it says nothing of its own.
func icon(name string) template.HTML {
	shapes := map[string]string{
		"now":         `<path d="M3 12h4l3-8 4 16 3-8h4"/>`,
		"cases":       `<rect x="3" y="7" width="18" height="13" rx="2"/><path d="M8 7V4h8v3M3 12h18"/>`,
		"escalations": `<path d="M12 3 2.5 20h19zM12 10v4M12 17v.5"/>`,
		"rota":        `<circle cx="9" cy="8" r="3.5"/><path d="M2.5 20c.5-4 3-6 6.500-6s6 2 6.500 6M16 5a3.500 3.500 0 0 1 0 6.500M18 14.500c2 .8 3.200 2.700 3.500 5.500"/>`,
		"faq":         `<path d="M4 4h16v12H9l-5 4zM9.500 8a2.500 2 0 1 1 3 2c-.4.2-.5.5-.5 1M12 13v.3"/>`,
		"calendar":    `<rect x="3" y="5" width="18" height="16" rx="2"/><path d="M3 10h18M8 3v4M16 3v4"/>`,
		"insight":     `<path d="M4 20V11M10 20V4M16 20v-7M21 20H3"/>`,
		"audit":       `<path d="M6 3h9l4 4v14H6zM9 12h7M9 16h7M9 8h3"/>`,
		"health":      `<path d="M12 20s-8-4.500-8-10.500A4.500 4.500 0 0 1 12 7a4.500 4.500 0 0 1 8 2.500C20 15.500 12 20 12 20z"/>`,
		"search":      `<circle cx="11" cy="11" r="6"/><path d="m20 20-4.500-4.500"/>`,
		"out":         `<path d="M14 4H5v16h9M10 12h11M17 8l4 4-4 4"/>`,
	}
	return template.HTML(`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">` + shapes[name] + `</svg>`) //nolint:gosec // constants
}
