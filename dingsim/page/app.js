import * as api from "./api.js";
import { render } from "./markdown.js";
import * as tour from "./tour.js";
import { t, isChinese, toggleLanguage, suggestions } from "./words.js";

const $ = (selector) => document.querySelector(selector);
const shown = 400; // messages kept in a chat's view

const world = { people: [], groups: [], connections: [], faults: {} };
const chats = new Map(); // id → {messages, unread: Map(user → count)}
let viewer = "cust001";
let current = "oto:cust001";
let features = [];
let last = 0; // the seq of the last message
let stick = true; // the log stays at its end

const chatOf = (id) => {
  if (!chats.has(id)) chats.set(id, { messages: [], unread: new Map() });
  return chats.get(id);
};
const person = (id) => world.people.find((p) => p.user_id === id);
const nameOf = (id) => (id ? (person(id)?.name ?? id) : t("bot"));
const memberIds = (g) => (g.members ?? []).map((m) => m.user_id ?? m);

function node(tag, props = {}, ...children) {
  const e = document.createElement(tag);
  const { data, ...rest } = props;
  Object.assign(e, rest);
  Object.assign(e.dataset, data ?? {});
  e.append(...children);
  return e;
}

// settle makes the children of a list those of next, and touches only what
// changed: an element that goes away between a finger's press and its release
// takes the click with it. Who or what an element shows is its key.
function settle(list, ...next) {
  const key = (e) => e.dataset.person ?? e.dataset.chat ?? e.dataset.seq ?? e.textContent;
  const wanted = new Set(next.map(key));
  for (const e of [...list.children]) if (!wanted.has(key(e))) e.remove();
  let at = list.firstElementChild;
  for (const n of next) {
    if (!at || key(at) !== key(n)) {
      list.insertBefore(n, at);
      continue;
    }
    if (!at.isEqualNode(n)) {
      for (const { name, value } of n.attributes) at.setAttribute(name, value);
      at.replaceChildren(...n.childNodes);
    }
    at = at.nextElementSibling;
  }
  while (at) {
    const rest = at;
    at = at.nextElementSibling;
    rest.remove();
  }
}

// chatsOf lists the chats a person has: the one with the bot, and their groups.
function chatsOf(user) {
  const own = [{ id: `oto:${user}`, title: t("bot"), group: "" }];
  for (const g of world.groups) {
    if (memberIds(g).includes(user)) own.push({ id: `group:${g.open_conversation_id}`, title: g.title, group: g.open_conversation_id });
  }
  return own;
}
const unreadOf = (user) => chatsOf(user).reduce((n, c) => n + (chatOf(c.id).unread.get(user) ?? 0), 0);
const badge = (n) => (n > 0 ? [node("span", { className: "badge" }, n > 99 ? "99+" : String(n))] : []);

function avatar(id) {
  const bot = !id;
  const name = nameOf(id);
  const short = /^[\x20-\x7e]+$/.test(name) ? name.slice(0, 2) : name.slice(-2); // Alice is Al, 周经理 is 经理
  const e = node("span", { className: bot ? "avatar bot" : "avatar", ariaHidden: "true" }, bot ? "管" : short);
  if (!bot) e.style.setProperty("--hue", String((world.people.findIndex((p) => p.user_id === id) * 137.5 + 20) % 360));
  return e;
}

function personEntry(p) {
  const role = p.outsider ? `${p.title || ""} · ${t("outsider")}` : p.title || t(p.kind);
  const b = node("button", { type: "button", className: p.user_id === viewer ? "entry chosen" : "entry", data: { person: p.user_id } },
    avatar(p.user_id), node("span", { className: "name" }, p.name, node("small", {}, role)), ...badge(unreadOf(p.user_id)));
  b.ariaPressed = String(p.user_id === viewer);
  b.onclick = () => enter(p.user_id, `oto:${p.user_id}`);
  return b;
}

// drawPeople lists who can be played, customers first; where there is no room for
// a list of chats, the groups of whoever is chosen stand below the name.
function drawPeople() {
  const of = (kind) => world.people.filter((p) => (p.kind === "staff") === (kind === "staff"))
    .flatMap((p) => [personEntry(p), ...(p.user_id === viewer ? chatsOf(viewer).slice(1).map(chatEntry) : [])]);
  settle($("#people"), node("h2", {}, t("asCustomer")), ...of("customer"), node("h2", {}, t("asStaff")), ...of("staff"));
}

function chatEntry(c) {
  const heard = chatOf(c.id).messages.at(-1);
  const preview = heard ? (heard.title || heard.text || "").replace(/[*#>]/g, "").slice(0, 40) : t("empty");
  const b = node("button", { type: "button", className: c.id === current ? "entry chat chosen" : "entry chat", data: { chat: c.id } },
    c.group ? node("span", { className: "avatar group", ariaHidden: "true" }, "群") : avatar(""),
    node("span", { className: "name" }, c.title, node("small", {}, preview)), ...badge(chatOf(c.id).unread.get(viewer) ?? 0));
  b.onclick = () => enter(viewer, c.id);
  return b;
}

function drawChats() {
  settle($("#chats"), node("h2", {}, nameOf(viewer)), ...chatsOf(viewer).map(chatEntry));
}

const time = (at) => new Date(at).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai" });

function bubble(m) {
  const mine = m.from === viewer;
  const bot = m.route !== "say" && m.route !== "system";
  if (m.route === "system") return node("p", { className: "system", data: { seq: m.seq } }, m.text);
  const body = node("div", { className: "bubble" });
  if (m.recalled) body.append(node("i", {}, t("recalled")));
  else if (m.markdown) body.append(...render(m.markdown));
  else body.append(node("p", { className: "pre" }, m.text || `[${m.msgtype}]`));
  if (m.buttons?.length) body.append(node("div", { className: "buttons" }, ...m.buttons.map(button)));
  return node("article", { className: `msg ${bot ? "from-bot" : mine ? "mine" : "theirs"}${tour.pointed(m) ? " pointed" : ""}`, data: { seq: m.seq } },
    avatar(m.from), node("div", {}, node("header", {}, `${nameOf(m.from)} · ${time(m.at)}`), body));
}

// button plays a button: a dtmd link sends its words in the viewer's name.
function button(b) {
  const words = /^dtmd:\/\/dingtalkclient\/sendMessage\?content=(.*)$/.exec(b.url ?? "");
  const e = node("button", { type: "button", className: "btn", data: { words: words ? decodeURIComponent(words[1]) : "" } }, b.title);
  e.onclick = () => {
    if (words) speak({ text: e.dataset.words });
    else if (/^https?:\/\//.test(b.url)) window.open(b.url, "_blank", "noopener");
  };
  return e;
}

function drawRoom() {
  const chat = chatsOf(viewer).find((c) => c.id === current);
  const customer = person(viewer)?.kind !== "staff";
  $("#room-title").textContent = chat?.group ? chat.title : t("bot");
  $("#room-hint").textContent = chat?.group ? `${nameOf(viewer)} · ${t("group")} · ${world.groups.find((g) => g.open_conversation_id === chat.group)?.members?.length ?? 0}`
    : `${nameOf(viewer)} · ${t("direct")} — ${customer ? t("hint") : t("hintStaff")}`;
  const log = $("#log");
  const kept = log.scrollTop;
  stick ||= log.scrollHeight - kept - log.clientHeight < 60;
  settle(log, ...chatOf(current).messages.slice(-shown).map(bubble));
  $("#at-label").hidden = !chat?.group;
  $("#chips").replaceChildren(...(customer && !chat?.group && chatOf(current).messages.length < 2 ? suggestions.map((s) => {
    const b = node("button", { type: "button", className: "chip" }, s);
    b.onclick = () => speak({ text: s });
    return b;
  }) : []));
  log.scrollTop = stick ? log.scrollHeight : kept; // whoever reads further up is left in peace
  stick = false;
}

function drawChrome() {
  document.documentElement.lang = isChinese() ? "zh" : "en";
  $("#brand").textContent = t("brand");
  $("#lang-button").textContent = isChinese() ? "EN" : "中";
  $("#faults-button").textContent = t("faults");
  $("#composer button").textContent = t("send");
  $("#composer textarea").placeholder = t("placeholder");
  $("#composer textarea").title = t("keys");
  $("#at-label span").textContent = t("at");
  $("#sample").replaceChildren(...["samples", "picture", "audio", "file"].map((k) => node("option", { value: k }, t(k))));
  const n = world.connections.length;
  $("#conn-state").textContent = n > 0 ? `${t("online")} · ${n}` : t("offline");
  $("#conn-state").title = $("#conn-state").textContent;
  $("#conn-state").className = n > 0 ? "pill good" : "pill bad";
}

function drawAll() { drawChrome(); drawPeople(); drawChats(); drawRoom(); tour.draw(); }

function enter(user, chat) {
  const moved = viewer !== user || current !== chat || !document.body.classList.contains("in-room");
  viewer = user;
  current = chat;
  stick = true;
  for (const box of document.querySelectorAll(`.ding[data-for="${user}"]`)) box.remove(); // they are looking
  chatOf(chat).unread.delete(user);
  api.read(user, chat);
  document.body.classList.add("in-room");
  drawAll();
  if (matchMedia("(hover: hover)").matches) $("#composer textarea").focus({ preventScroll: true }); // no keyboard over a telephone's screen
  return moved;
}

async function speak(what) {
  const chat = chatsOf(viewer).find((c) => c.id === current);
  stick = true;
  try {
    await api.say({ from: viewer, group: chat?.group ?? "", msgtype: "text", ...what, ...(chat?.group ? { at_bot: $("#at").checked } : {}) });
  } catch (e) { trouble(e.message); }
}

// type writes in the viewer's name, as if by hand, and leaves a draft alone.
async function type(text, sending) {
  const box = $("#composer textarea");
  const draft = box.value;
  const quick = matchMedia("(prefers-reduced-motion: reduce)").matches;
  for (let i = 1; !quick && i <= text.length; i++) {
    box.value = text.slice(0, i);
    await new Promise((done) => { setTimeout(done, Math.min(40, 900 / text.length)); });
  }
  box.value = draft;
  sending();
  const chat = chatsOf(viewer).find((c) => c.id === current);
  await api.say({ from: viewer, group: chat?.group ?? "", msgtype: "text", text });
}

function heard(m) {
  last = Math.max(last, m.seq);
  const replaced = m.update_of || m.recall_of;
  const chat = chatOf(m.chat);
  const old = replaced ? chat.messages.findIndex((x) => x.seq === replaced) : chat.messages.findIndex((x) => x.seq === m.seq);
  if (m.recall_of && old >= 0) chat.messages[old].recalled = true;
  else if (old >= 0) chat.messages[old] = { ...m, seq: chat.messages[old].seq };
  else chat.messages.push(m);
  if (m.ding) ring(m);
  if (old < 0) {
    const readers = m.chat.startsWith("group:") ? memberIds(world.groups.find((g) => `group:${g.open_conversation_id}` === m.chat) ?? {}) : [m.chat.slice(4)];
    for (const u of readers) if (u !== m.from && !(u === viewer && m.chat === current)) chat.unread.set(u, (chat.unread.get(u) ?? 0) + 1);
  }
  schedule();
}

// schedule draws once for a burst of messages.
let drawing = false;
function schedule() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => { drawing = false; drawPeople(); drawChats(); drawRoom(); });
}

function ring(m) {
  if (Date.now() - new Date(m.at).getTime() > 60_000) return; // history
  for (const user of m.ding.receivers ?? [m.to]) {
    const kind = m.ding.remind_type;
    const box = node("div", { className: `ding kind${kind}`, role: "alertdialog", data: { for: user } },
      node("strong", {}, `${t(`ding${kind}`)} → ${nameOf(user)}`), node("p", {}, m.text.replace(/\s+/g, " ")));
    const go = node("button", { type: "button" }, t("goto"));
    go.onclick = () => { box.remove(); enter(user, `oto:${user}`); };
    const no = node("button", { type: "button", className: "plain" }, t("dismiss"));
    no.onclick = () => box.remove();
    box.append(node("div", { className: "buttons" }, go, no));
    $("#dings").append(box);
    while ($("#dings").children.length > 3) $("#dings").firstChild.remove();
    setTimeout(() => box.remove(), 20_000); // it is in the chat as well
  }
}

function trouble(text, good = false) {
  const e = $("#trouble");
  e.className = good ? "good" : "";
  e.textContent = text;
  e.hidden = false;
  clearTimeout(trouble.timer);
  trouble.timer = setTimeout(() => { e.hidden = true; }, 8000);
}

// drawShop offers to buy the service, as a customer would in a shop.
function drawShop() {
  const b = $("#buy-button");
  b.hidden = !features.includes("buy");
  b.textContent = t("buy");
  b.onclick = async () => {
    b.disabled = true;
    await api.panel("buy", {}).then((r) => trouble(t("bought") + r.case, true), (x) => trouble(x.message));
    b.disabled = false;
  };
}

async function drawDesk() {
  if (!features.includes("clock")) return;
  const clock = await api.panel("clock").catch(() => null);
  if (!clock) return;
  const e = $("#desk-state");
  e.hidden = false;
  e.className = clock.open ? "pill good" : "pill";
  e.textContent = `${time(clock.now)} · ${isChinese() ? clock.note : clock.note_en}${clock.pace ? ` · 1d=${clock.pace}` : ""}`;
  drawShop();
  if (!features.includes("hours")) return;
  $("#desk-switch").hidden = false;
  $("#desk-switch").replaceChildren(...["open", "closed", "auto"].map((mode) => {
    const b = node("button", { type: "button", className: clock.mode === mode ? "plain chosen" : "plain" }, t(mode));
    b.onclick = () => api.panel("hours", { mode }).then(drawDesk, (x) => trouble(x.message));
    return b;
  }));
}

const faultSamples = {
  open_status: 503, refuse_token: true, qps: 5, webhook_errcode: 300001, redeliver_after: "16s", duplicate: true,
  drop_frames: true, disconnect_every: "4s", delay: "5s",
};

function drawFaults() {
  const dialog = $("#faults");
  dialog.querySelector("h2").textContent = t("faultsTitle");
  dialog.querySelector("menu button").textContent = t("close");
  dialog.querySelector(".rows").replaceChildren(...Object.entries(faultSamples).map(([key, value]) => {
    const on = node("input", { type: "checkbox", checked: Boolean(world.faults?.[key]) && !["0s", "0"].includes(String(world.faults[key])) });
    on.onchange = () => api.setFaults({ [key]: on.checked ? value : typeof value === "boolean" ? false : typeof value === "number" ? 0 : "0s" }).catch((x) => trouble(x.message));
    return node("label", {}, on, ` ${t(key)} `, node("small", {}, `${key}: ${value}`));
  }));
}

function wire() {
  $("#composer").onsubmit = (e) => {
    e.preventDefault();
    const box = $("#composer textarea");
    const text = box.value.trim();
    if (text === "") return;
    speak({ text });
    box.value = "";
  };
  $("#composer textarea").onkeydown = (e) => {
    if (e.key === "Enter" && !e.shiftKey && !e.isComposing) { e.preventDefault(); $("#composer").requestSubmit(); }
  };
  $("#sample").onchange = (e) => {
    const kind = e.target.value;
    e.target.value = "samples";
    const content = { picture: {}, audio: { duration: 3000, recognition: "你们几点上班" }, file: { fileName: "access.log" } }[kind];
    if (content) speak({ msgtype: kind, text: "", content });
  };
  $("#back").onclick = () => document.body.classList.remove("in-room");
  $("#lang-button").onclick = () => { toggleLanguage(); drawAll(); drawDesk(); };
  $("#faults-button").onclick = () => { drawFaults(); $("#faults").showModal(); };
  $("#theme-button").onclick = () => {
    const dark = document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    document.documentElement.dataset.theme = dark === "dark" ? "light" : "dark";
    localStorage.setItem("theme", document.documentElement.dataset.theme);
  };
  addEventListener("error", (e) => trouble(e.message));
  addEventListener("unhandledrejection", (e) => trouble(String(e.reason)));
}

async function begin() {
  if (localStorage.getItem("theme")) document.documentElement.dataset.theme = localStorage.getItem("theme");
  wire();
  Object.assign(world, await api.state());
  features = await api.features();
  drawAll();
  drawDesk();
  setInterval(drawDesk, 5000);
  tour.begin({
    people: () => world.people, groups: () => world.groups, messages: (chat) => chatOf(chat).messages, last: () => last,
    here: (p) => p.viewer === viewer && p.chat === current, enter, type, redraw: drawRoom, desk: drawDesk,
  }).catch((e) => trouble(e.message));
  api.listen({
    message: heard,
    state: (s) => { Object.assign(world, s); drawChrome(); schedule(); },
    up: () => drawChrome(),
    down: () => { $("#conn-state").textContent = t("lost"); $("#conn-state").className = "pill bad"; },
  });
}

begin();
