// The live part of the first page, countdowns, and a question before what cannot
// be taken back. Everything works without it, but for these.
(() => {
  "use strict";
  const zh = document.documentElement.lang.startsWith("zh");

  const span = (ms) => {
    const s = Math.floor(Math.abs(ms) / 1000), two = (n) => String(n).padStart(2, "0");
    const day = Math.floor(s / 86400), hour = Math.floor(s / 3600) % 24, minute = Math.floor(s / 60) % 60, second = s % 60;
    if (day > 0) return zh ? `${day}天${hour}小时` : `${day}d ${hour}h`;
    if (hour > 0) return zh ? `${hour}小时${two(minute)}分` : `${hour}h ${two(minute)}m`;
    if (minute > 0) return zh ? `${minute}分${two(second)}秒` : `${minute}m ${two(second)}s`;
    return zh ? `${second}秒` : `${second}s`;
  };

  const here = document.querySelector(".side [aria-current]"), row = here && here.closest("nav");
  if (row) row.scrollLeft = here.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;

  // The server's clock counts, not the viewer's.
  let ahead = 0;
  const count = () => {
    for (const e of document.querySelectorAll("time.count")) {
      const left = Date.parse(e.dateTime) - Date.now() - ahead;
      e.textContent = left > -1000 ? span(Math.max(0, left)) : zh ? `已过${span(left)}` : `${span(left)} ago`;
      e.classList.toggle("over", left < 0);
      e.classList.toggle("soon", left >= 0 && left < 120000);
    }
  };
  const now = document.querySelector("#livestate time");
  if (now) ahead = Date.parse(now.dateTime) - Date.now();
  if (Math.abs(ahead) < 5000) ahead = 0;
  count();
  setInterval(count, 1000);

  document.addEventListener("submit", (e) => {
    const ask = e.submitter && e.submitter.dataset.confirm;
    if (ask && !confirm(ask)) e.preventDefault();
  });

  const url = document.body.dataset.live, part = document.getElementById("live"), state = document.getElementById("livestate");
  if (!url || !part || !window.EventSource) return;
  const show = (on) => {
    const text = on ? state.dataset.liveText : state.dataset.lostText;
    if (state.textContent !== text) state.textContent = text;
    state.classList.toggle("on", on);
    state.classList.toggle("off", !on);
  };
  const source = new EventSource(url + "?lang=" + (zh ? "zh" : "en"));
  source.addEventListener("now", (e) => {
    show(true);
    if (part.contains(document.activeElement)) {
      // Whoever is on a link keeps it: the same one gets the focus again.
      const href = document.activeElement.getAttribute("href");
      part.innerHTML = e.data;
      const again = href && [...part.querySelectorAll("a")].find((a) => a.getAttribute("href") === href);
      if (again) again.focus({ preventScroll: true });
    } else {
      part.innerHTML = e.data;
    }
    count();
  });
  source.addEventListener("away", () => show(false));
  source.addEventListener("open", () => show(true));
  source.addEventListener("error", () => {
    show(false);
    // A session that is over closes for good: the page leads to the sign-in.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 5000);
  });
})();
