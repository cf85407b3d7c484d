// Package dingtalk connects the bot to DingTalk: stream connections, OpenAPI,
// reply webhooks, rendering and quotas. It is the only code that knows the
// vendor.
package dingtalk
