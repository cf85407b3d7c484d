// The simulator's control interface.

async function call(path, body) {
  const r = await fetch(path, body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  if (!r.ok) throw new Error(`${path}: ${r.status} ${(await r.text()).slice(0, 200)}`);
  return r.status === 204 ? null : r.json();
}

export const state = () => call("/_sim/state");
export const say = (what) => call("/_sim/say", what);
export const setFaults = (f) => call("/_sim/faults", f);
export const read = (user_id, chat) => call("/_sim/read", { user_id, chat }).catch(() => null);
export const panel = (name, body) => call(`/_sim/panel/${name}`, body);
export const features = () => fetch("/_sim/panel/features").then((r) => (r.ok ? r.json() : [])).catch(() => []);

export const tour = () => call("/_sim/tour").catch(() => null);

// listen follows everything that is said; the browser resumes after a break
// where it was.
export function listen({ message, state, up, down }) {
  const events = new EventSource("/_sim/events?since=0");
  events.addEventListener("message", (e) => message(JSON.parse(e.data)));
  events.addEventListener("state", (e) => state(JSON.parse(e.data)));
  events.onopen = up;
  events.onerror = down;
}
