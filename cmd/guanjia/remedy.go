package main

import (
	"bytes"
	"net/http"
)

// remedy is what to do when the bot refused a purchase event.
func remedy(lang string, status int, reply []byte) string {
	switch status {
	case http.StatusUnauthorized:
		return text(lang, "签名不被接受：运行中的机器人用的是另一组 http.purchase_secrets（改后须重启），或本机时钟偏差超过 5 分钟",
			"the signature is not accepted: the running bot has other http.purchase_secrets (restart it after a change), or this machine's clock is more than 5 minutes off")
	case http.StatusBadRequest:
		return text(lang, "请改正上面 field 指出的字段", "correct what field names above")
	case http.StatusNotFound:
		if bytes.Contains(reply, []byte(`"data.order_id"`)) {
			return text(lang, "没有这个订单：先发送 purchase.created，或检查 --order", "the order is unknown: send purchase.created first, or check --order")
		}
		return text(lang, "那里没有购买接口：检查 http.listen，并给运行中的机器人配置 http.purchase_secrets 后重启",
			"there is no purchase hook: check http.listen, and give the running bot http.purchase_secrets, then restart it")
	case http.StatusConflict:
		return text(lang, "订单已取消，不能再续：请用新的订单号购买", "the order is cancelled: buy again with a new order id")
	case http.StatusRequestEntityTooLarge:
		return text(lang, "内容不能超过 64 KiB", "the body must not be longer than 64 KiB")
	case http.StatusServiceUnavailable:
		return text(lang, "机器人暂时连不上 Redis：看 /readyz，稍后用同一订单号重发", "the bot cannot reach its Redis: see /readyz, and send the same order again later")
	default:
		return text(lang, "那里回答的不是机器人？检查 http.listen 或 --url", "does something else answer there? check http.listen or --url")
	}
}
