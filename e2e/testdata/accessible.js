// Looks at the page that is open as somebody would who cannot see it well, or
// cannot see it at all, and gives what is wrong as JSON.
(async () => {
  const found = [], say = (what, e) => found.push(e ? `${what}: ${e.outerHTML.slice(0, 120)}` : what);
  const all = (css, from = document) => [...from.querySelectorAll(css)];
  const seen = (e) => e.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true });

  // The page as a whole.
  if (!document.documentElement.lang) say("no language");
  if (!document.title.trim()) say("no title");
  if (all("main").length !== 1) say(`${all("main").length} main landmarks`);
  if (all("h1").filter(seen).length !== 1) say("not one h1");
  let level = 0;
  for (const h of all("h1,h2,h3,h4,h5,h6").filter(seen)) {
    const n = Number(h.tagName[1]);
    if (n > level + 1) say("a heading skips a level", h);
    if (!h.textContent.trim()) say("a heading without words", h);
    level = n;
  }
  for (const e of document.body.children) {
    if (seen(e) && e.innerText.trim() && !e.matches("header,main,nav,footer,aside,script,noscript,a.skip") && !e.querySelector("main")) say("outside of a landmark", e);
  }
  if (document.documentElement.scrollWidth > innerWidth) say(`wide: ${document.documentElement.scrollWidth} in ${innerWidth}`);
  const ids = all("[id]").map((e) => e.id);
  for (const id of new Set(ids.filter((x, i) => ids.indexOf(x) !== i))) say(`same id twice: ${id}`);
  for (const e of all("[aria-labelledby],[aria-describedby]")) {
    for (const id of (e.getAttribute("aria-labelledby") || e.getAttribute("aria-describedby")).split(" ")) if (!document.getElementById(id)) say("names what is not there", e);
  }

  // Names: of controls, links, pictures, tables and lists.
  const name = (e) => (e.getAttribute("aria-label") || e.textContent || e.title || "").trim();
  for (const e of all("input:not([type=hidden]),select,textarea")) {
    const label = e.getAttribute("aria-label") || (e.labels && [...e.labels].some((l) => l.textContent.trim()));
    if (!label) say("no label", e);
  }
  for (const e of all("button")) if (!name(e)) say("a button without a name", e);
  for (const e of all("a[href]")) if (!name(e)) say("a link without a name", e);
  for (const e of all("nav,[role=group],[role=search]")) if (all(e.tagName).length > 1 && e.tagName === "NAV" && !e.getAttribute("aria-label")) say("a navigation without a name", e);
  for (const e of all("img")) if (e.getAttribute("alt") === null) say("no alternative", e);
  for (const e of all("svg")) {
    if (e.getAttribute("aria-hidden") !== "true" && !(e.getAttribute("role") === "img" && e.getAttribute("aria-label"))) say("a drawing without words", e);
  }
  for (const e of all("table")) if (!e.querySelector("th[scope],caption")) say("a table without heads", e);
  for (const e of all("ul,ol")) if ([...e.children].some((c) => c.tagName !== "LI")) say("a list with something else in it", e);
  for (const e of all("a,button")) if (e.querySelector("a,button,input,select")) say("a control in a control", e);
  for (const e of all("button,select,input:not([type=hidden])").filter(seen)) {
    const r = e.getBoundingClientRect();
    if (r.width < 24 || r.height < 24) say("a small target", e);
  }
  for (const e of all("[tabindex]")) if (e.tabIndex > 0) say("an order of its own", e);

  // Contrast, after WCAG 2: 4.5, and 3 for large words.
  const rgba = (s) => {
    const n = (s.match(/[\d.]+/g) || []).map(Number);
    return n.length > 3 ? n : [...n, 1];
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3]));
  const behind = (e) => {
    const layers = [];
    for (; e; e = e.parentElement) {
      const c = rgba(getComputedStyle(e).backgroundColor);
      layers.push(c);
      if (c[3] === 1) break;
    }
    const dark = matchMedia("(prefers-color-scheme: dark)").matches && getComputedStyle(document.documentElement).colorScheme.includes("dark");
    return layers.reverse().reduce((below, c) => over(c, below), dark ? [18, 18, 18] : [255, 255, 255]);
  };
  const light = (c) => {
    const [r, g, b] = c.map((v) => ((v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => {
    const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
    return (x + 0.05) / (y + 0.05);
  };
  const fade = (e) => {
    let o = 1;
    for (; e; e = e.parentElement) o *= Number(getComputedStyle(e).opacity);
    return o;
  };
  let texts = 0;
  const measure = (e, style, words) => {
    const back = behind(e), fore = rgba(style.color), large = parseFloat(style.fontSize) >= (Number(style.fontWeight) >= 700 ? 18.66 : 24);
    fore[3] *= fade(e);
    const r = ratio(over(fore, back), back);
    texts++;
    if (r < (large ? 3 : 4.5)) found.push(`contrast ${r.toFixed(2)} of "${words.slice(0, 30)}" in ${e.tagName.toLowerCase()}.${e.className.baseVal ?? e.className}`);
  };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const words = walk.currentNode.textContent.trim(), e = walk.currentNode.parentElement;
    if (!words || e.closest("script,noscript,svg,option,.hidden,.skip") || !seen(e)) continue;
    measure(e, getComputedStyle(e), words);
  }
  for (const e of all("input,select,textarea").filter(seen)) {
    measure(e, getComputedStyle(e), "value");
    if (e.placeholder) measure(e, getComputedStyle(e, "::placeholder"), e.placeholder);
  }

  // What was loaded, and what moved while it was.
  const shift = await new Promise((done) => {
    let sum = 0;
    const o = new PerformanceObserver((list) => list.getEntries().forEach((x) => (sum += x.hadRecentInput ? 0 : x.value)));
    o.observe({ type: "layout-shift", buffered: true });
    setTimeout(() => { o.disconnect(); done(sum); }, 30);
  });
  const bytes = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].reduce((n, x) => n + x.encodedBodySize, 0);
  return JSON.stringify({ Found: found, Texts: texts, Bytes: bytes, Shift: shift });
})()
