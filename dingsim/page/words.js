// The page's own words, in both languages. What people say is never translated.
const table = {
  brand: ["钉钉模拟器", "DingTalk simulator"],
  asCustomer: ["扮演客户", "Be a customer"], asStaff: ["扮演服务团队", "Be on the team"],
  customer: ["客户", "customer"], outsider: ["组织外", "outsider"], staff: ["员工", "staff"],
  bot: ["安全管家", "Guanjia"], you: ["我", "me"],
  direct: ["与安全管家的单聊", "chat with the bot"],
  hint: ["像客户那样打字，机器人会回答。", "Type like a customer; the bot answers."],
  hintStaff: ["机器人会在这里找到您。", "The bot reaches this person here."],
  send: ["发送", "Send"], placeholder: ["输入消息", "Message"], keys: ["Enter 发送，Shift+Enter 换行", "Enter sends, Shift+Enter breaks the line"],
  at: ["@安全管家", "@bot"], samples: ["＋", "＋"],
  picture: ["发一张图片", "send a picture"], audio: ["发一段语音", "send a voice message"], file: ["发一个文件", "send a file"],
  online: ["机器人在线", "bot connected"], offline: ["机器人未连接", "bot not connected"], lost: ["页面断线，重连中…", "page disconnected, retrying…"],
  open: ["营业", "open"], closed: ["休息", "closed"], auto: ["自动", "auto"],
  buy: ["购买应急服务", "Buy emergency service"], bought: ["已付款，机器人收到购买通知：", "Paid; the bot has the purchase: "],
  faults: ["故障", "Faults"], faultsTitle: ["让平台出故障", "Make the platform fail"], close: ["关闭", "Close"],
  open_status: ["拒绝建立连接", "refuses new connections"], refuse_token: ["不发访问令牌", "gives no access token"], qps: ["限流更严", "tighter rate limit"],
  webhook_errcode: ["会话回复报错", "session replies fail"], redeliver_after: ["重复推送", "pushes again later"], duplicate: ["每条推两遍", "pushes everything twice"],
  drop_frames: ["丢掉推送", "loses pushes"], disconnect_every: ["不停断线", "keeps disconnecting"], delay: ["接口变慢", "slow calls"],
  ding1: ["应用内 DING", "DING in the app"], ding2: ["短信 DING", "DING by SMS"], ding3: ["电话 DING", "DING by telephone"],
  goto: ["查看", "go to chat"], dismiss: ["知道了", "dismiss"], empty: ["还没有消息", "no messages yet"],
  tour: ["导览", "Tour"], tourStart: ["开始", "Start"], tourNext: ["下一步", "Next"], tourBusy: ["演示中…", "Playing…"],
  tourAgain: ["再看一遍", "Play again"], tourRetry: ["重试", "Retry"], tourSkip: ["跳过", "Skip"], tourShow: ["回到这里", "Show it"], tourClose: ["关闭导览", "Close the tour"],
  tourStuck: ["没等到预期的回复：可能这里已经玩过别的，或者平台正在出故障。", "The expected answer did not come: perhaps something else was played here, or the platform fails."],
  recalled: ["已撤回", "recalled"], group: ["群", "group"],
};

let index = (localStorage.getItem("lang") ?? (navigator.language.startsWith("zh") ? "zh" : "en")) === "zh" ? 0 : 1;

export const t = (key) => table[key]?.[index] ?? key;
export const isChinese = () => index === 0;
export function toggleLanguage() {
  index = 1 - index;
  localStorage.setItem("lang", index === 0 ? "zh" : "en");
}

// What a newcomer can try first.
export const suggestions = ["绑定错了服务器可以解绑吗", "你们几点上班？", "我们的服务器被勒索了！"];
