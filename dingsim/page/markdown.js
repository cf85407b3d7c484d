// DingTalk's markdown: headings, bold, italic, links, images, quotes, lists.
// Everything becomes nodes; nothing a person wrote is ever parsed as HTML.

const inline = /(\*\*([^*\n]+)\*\*)|(\*([^*\n]+)\*)|(!\[([^\]\n]*)\]\(([^)\s]+)\))|(\[([^\]\n]+)\]\(([^)\s]+)\))/;
const entities = { "&lt;": "<", "&gt;": ">", "&amp;": "&", "&nbsp;": "\u00a0", "&quot;": '"' };

const plain = (s) => document.createTextNode(s.replace(/&(lt|gt|amp|nbsp|quot);/g, (m) => entities[m]));

function element(tag, children) {
  const e = document.createElement(tag);
  e.append(...children);
  return e;
}

function safeLink(href, label) {
  if (!/^https?:\/\//.test(href)) return plain(label);
  const a = element("a", [plain(label)]);
  a.href = href;
  a.target = "_blank";
  a.rel = "noopener noreferrer";
  return a;
}

function spans(s) {
  const out = [];
  for (let m; (m = inline.exec(s)); s = s.slice(m.index + m[0].length)) {
    out.push(plain(s.slice(0, m.index)));
    if (m[1]) out.push(element("b", spans(m[2])));
    else if (m[3]) out.push(element("i", spans(m[4])));
    else if (m[5]) out.push(plain(`🖼 ${m[6]}`));
    else out.push(safeLink(m[10], m[9]));
  }
  out.push(plain(s));
  return out;
}

// render turns markdown into nodes, block by block.
export function render(source) {
  const out = [];
  let list = null;
  let text = null;
  const end = () => { list = null; text = null; };
  for (const raw of source.split("\n")) {
    const line = raw.trim();
    const heading = /^(#{1,6})\s+(.*)$/.exec(line);
    const item = /^(?:[-+*]|(\d{1,3})[.)])\s+(.*)$/.exec(line);
    const quote = /^>\s?(.*)$/.exec(line);
    if (line === "") end();
    else if (heading) { end(); out.push(element(`h${Math.min(6, heading[1].length + 2)}`, spans(heading[2]))); }
    else if (item) {
      const tag = item[1] ? "OL" : "UL";
      if (list?.tagName !== tag) { end(); list = document.createElement(tag); out.push(list); if (item[1]) list.start = Number(item[1]); }
      list.append(element("li", spans(item[2])));
    } else if (quote) {
      if (text?.tagName !== "BLOCKQUOTE") { end(); text = document.createElement("blockquote"); out.push(text); } else text.append(document.createElement("br"));
      text.append(...spans(quote[1]));
    } else {
      if (text?.tagName !== "P") { end(); text = document.createElement("p"); out.push(text); } else text.append(document.createElement("br"));
      text.append(...spans(line));
    }
  }
  return out;
}
