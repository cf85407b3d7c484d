// The guided tour: a script from the server, played one click a step. What it
// has done is kept over a reload; another run of the program begins anew.
import * as api from "./api.js";
import { t, isChinese } from "./words.js";

const $ = (selector) => document.querySelector(selector);
const patience = 25_000;
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
const pause = (ms) => new Promise((done) => { setTimeout(done, still ? 0 : ms); });
const said = (w) => (isChinese() ? w.zh : w.en);

let page; // what app.js lends: people, groups, messages, enter, type, last, here, redraw, desk
let script = { steps: [] };
let leaving = false; // the page is being left: what breaks off now goes on afterwards
let at = {}; // run, phase, step, act, since, viewer, group, found, point, closed

// phases: offered → ready ⇄ running → (stuck) → over
const save = () => localStorage.setItem("tour", JSON.stringify(at));
const fresh = (run, closed) => ({ run, closed, phase: "offered", step: 0, act: 0, since: 0, viewer: "", group: "", found: {}, point: null });
const fill = (s) => s.replace(/\{([A-Za-z]+)\}/g, (all, name) => at.found[name] ?? all);
const fillAll = (v) => (typeof v === "string" ? fill(v) : v && typeof v === "object" ? Object.fromEntries(Object.entries(v).map(([k, x]) => [k, fillAll(x)])) : v);

// until waits for something to be found.
async function until(find) {
  for (const end = Date.now() + patience; Date.now() < end; await new Promise((done) => { setTimeout(done, 120); })) {
    const found = find();
    if (found) return found;
  }
  throw new Error("stuck");
}

// sit puts the right person before the screen, in the right chat.
async function sit(act) {
  if (act.as) at.viewer = fill(act.as);
  if (act.in) at.group = act.in === "-" ? "" : fill(act.in);
  const title = at.group;
  const group = title && await until(() => page.groups().find((g) => g.title.includes(title.trim()) && !g.disbanded));
  return { viewer: at.viewer, chat: group ? `group:${group.open_conversation_id}` : `oto:${at.viewer}` };
}

async function go(place) {
  if (page.enter(place.viewer, place.chat)) await pause(500);
}

const heardBy = (chat, pattern, past) => page.messages(chat).findLast((m) => m.route !== "say" && m.route !== "system" && !m.recalled && (past || m.seq > at.since) && pattern.test(m.text));

async function expect(act) {
  const pattern = new RegExp(fill(act.expect));
  if (act.who) {
    const who = await until(() => page.people().filter((p) => p.kind === act.who)
      .map((p) => ({ id: p.user_id, m: heardBy(`oto:${p.user_id}`, pattern, act.past) })).filter((x) => x.m).sort((a, b) => b.m.seq - a.m.seq)[0]);
    Object.assign(at.found, pattern.exec(who.m.text).groups, { who: who.id });
    return;
  }
  const place = await sit(act);
  const m = await until(() => heardBy(place.chat, pattern, act.past));
  Object.assign(at.found, pattern.exec(m.text).groups);
  await go(place);
  at.point = { ...place, seq: m.seq };
  page.redraw();
  show();
  await pause(400);
}

async function press(act) {
  await go(await sit(act));
  const pattern = new RegExp(fill(act.press));
  const button = await until(() => [...document.querySelectorAll("#log .btn")].findLast((b) => pattern.test(b.dataset.words) || pattern.test(b.textContent)));
  button.scrollIntoView({ block: "nearest" });
  button.classList.add("pressed");
  await pause(900);
  passed();
  button.click();
}

// passed notes that an act with an effect is done, so that a reload does not
// repeat it.
function passed() { at.act++; save(); }

async function perform(act) {
  if (act.panel) {
    passed();
    Object.assign(at.found, await api.panel(act.panel, fillAll(act.body ?? {})));
    page.desk();
  } else if (act.press) await press(act);
  else if (act.say) {
    await go(await sit(act));
    await page.type(fill(said(act.say)), passed);
  } else {
    await expect(act);
    passed();
  }
}

// play plays a step, from where a reload broke it off if need be.
async function play() {
  if (at.phase !== "running") Object.assign(at, { phase: "running", act: 0, since: page.last(), point: null });
  save();
  draw();
  const step = script.steps[at.step];
  try {
    while (at.act < step.do.length) { await perform(step.do[at.act]); save(); }
    next();
  } catch {
    if (leaving) return;
    at.phase = "stuck";
  }
  save();
  draw();
  show();
  if (!at.closed) $("#tour-go").focus({ preventScroll: true });
}

function next() {
  at.step++;
  at.phase = at.step < script.steps.length ? "ready" : "over";
}

// pointed reports whether a message is the one that the tour points at.
export const pointed = (m) => !at.closed && at.point?.seq === m.seq && at.point.chat === m.chat;

// show brings what the tour points at into view.
function show() {
  const e = $("#log .pointed");
  if (!e) return;
  const tall = e.offsetHeight > $("#log").clientHeight;
  e.scrollIntoView({ block: tall ? "start" : "nearest" });
}

function line(kind, ...children) {
  const p = document.createElement("p");
  p.className = kind;
  p.append(...children);
  return p;
}

function bold(text) {
  const b = document.createElement("b");
  b.textContent = text;
  return b;
}

function words() {
  const [before, step] = [script.steps[at.step - 1], script.steps[at.step]];
  const came = at.phase !== "running" && before ? [line("came", said(before.after))] : [];
  switch (at.phase) {
    case "offered": return [line("next", bold(said(script.title)), " ", said(script.offer))];
    case "stuck": return [line("bad", t("tourStuck"))];
    case "over": return [...came, line("next", said(script.end))];
    default: return [...came, line("next", bold(`${at.step + 1}/${script.steps.length} ${said(step.title)}`), " ", said(step.before))];
  }
}

// draw shows the tour as it stands.
export function draw() {
  $("#tour-button").hidden = script.steps.length === 0;
  $("#tour-button").textContent = t("tour");
  $("#tour").hidden = script.steps.length === 0 || at.closed;
  if ($("#tour").hidden) return;
  $("#tour .words").replaceChildren(...words());
  $("#tour").style.setProperty("--done", `${(100 * at.step) / script.steps.length}%`);
  const [b, skip] = [$("#tour-go"), $("#tour-skip")];
  b.textContent = t({ offered: "tourStart", running: "tourBusy", stuck: "tourRetry", over: "tourAgain" }[at.phase] ?? "tourNext");
  b.disabled = at.phase === "running";
  skip.hidden = at.phase !== "stuck";
  skip.textContent = t("tourSkip");
  const back = $("#tour-show");
  back.hidden = !at.point || at.phase === "running" || page.here(at.point);
  back.textContent = t("tourShow");
  $("#tour-close").ariaLabel = t("tourClose");
}

function wire() {
  for (const event of ["beforeunload", "pagehide"]) addEventListener(event, () => { leaving = true; });
  $("#tour-go").onclick = () => {
    if (at.phase === "over") at = { ...fresh(at.run, false), phase: "ready" };
    play();
  };
  $("#tour-skip").onclick = () => { next(); save(); draw(); };
  $("#tour-show").onclick = () => { page.enter(at.point.viewer, at.point.chat); draw(); show(); };
  $("#tour-close").onclick = () => { at.closed = true; save(); draw(); page.redraw(); };
  $("#tour-button").onclick = () => { at.closed = !at.closed; save(); draw(); page.redraw(); };
}

// begin offers the tour of the server, if it has one, or takes it up again.
export async function begin(lent) {
  page = lent;
  const got = await api.tour();
  if (!got?.tour) return;
  script = got.tour;
  try { at = JSON.parse(localStorage.getItem("tour")) ?? {}; } catch { at = {}; }
  if (at.run !== got.run) at = fresh(got.run, at.closed ?? false);
  wire();
  draw();
  if (at.phase !== "running") return;
  await until(() => page.last() >= at.since); // what was said before
  play();
}
