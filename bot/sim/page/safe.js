// safe.js lets only the allowed tags of a message through, and finds what can be tapped in its text.

const allowed = { B: 'b', STRONG: 'b', I: 'i', EM: 'i', U: 'u', INS: 'u', S: 's', STRIKE: 's', DEL: 's', CODE: 'code', PRE: 'pre', BLOCKQUOTE: 'blockquote' };
const tappable = /(^|[\s（(：:，,。])(\/[a-z][a-z0-9_]{0,31}(?:@[a-z0-9_]{5,32})?)(?![a-z0-9_/])|(https?:\/\/[^\s<>"'，。；）]+)/gi;

/**
 * safe turns message HTML into a fragment of b, i, u, s, code, pre, blockquote, span.spoiler and a[href] (http, https, tg).
 * Any other element leaves only its text behind; no attribute but href survives. Commands and addresses become links.
 */
export function safe(html) {
  const parsed = new DOMParser().parseFromString(`<body>${html || ''}</body>`, 'text/html');
  const fragment = document.createDocumentFragment();
  copy(parsed.body, fragment, true);
  return fragment;
}

/** plain is the text alone, as it was typed. */
export function plain(html) {
  return new DOMParser().parseFromString(`<body>${html || ''}</body>`, 'text/html').body.textContent;
}

function copy(from, to, linking) {
  for (const child of from.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) text(child.data, to, linking);
    else if (child.nodeType === Node.ELEMENT_NODE) element(child, to, linking);
  }
}

function element(child, to, linking) {
  if (['SCRIPT', 'STYLE', 'TEMPLATE', 'IFRAME', 'OBJECT', 'SVG', 'MATH'].includes(child.tagName.toUpperCase())) return;
  if (child.tagName === 'BR') return void to.append('\n');
  const made = shell(child);
  const inner = linking && !['A', 'CODE', 'PRE'].includes(child.tagName);
  copy(child, made || to, inner);
  if (made) to.append(made);
}

function shell(child) {
  if (allowed[child.tagName]) return document.createElement(allowed[child.tagName]);
  if (child.tagName === 'SPAN' && child.classList.contains('spoiler')) return spoiler();
  if (child.tagName === 'A') return anchor(child.getAttribute('href'));
  return null;
}

function spoiler() {
  const node = document.createElement('span');
  node.className = 'spoiler';
  node.tabIndex = 0;
  node.setAttribute('role', 'button');
  return node;
}

/** anchor makes a link for an allowed address, else null. Following it is the page's business (links.js). */
export function anchor(href) {
  let url;
  try {
    url = new URL(href);
  } catch {
    return null;
  }
  if (!['http:', 'https:', 'tg:'].includes(url.protocol)) return null;
  const node = document.createElement('a');
  node.href = url.href;
  node.rel = 'noopener noreferrer';
  node.target = '_blank';
  return node;
}

function text(value, to, linking) {
  if (!linking) return void to.append(value);
  let last = 0;
  for (const match of value.matchAll(tappable)) {
    const [whole, lead = '', command, address] = match;
    const start = match.index + (command ? lead.length : 0);
    to.append(value.slice(last, start), command ? commandLink(command) : addressLink(address));
    last = match.index + whole.length;
  }
  to.append(value.slice(last));
}

function commandLink(command) {
  const node = document.createElement('a');
  node.href = '#';
  node.dataset.command = command;
  node.textContent = command;
  return node;
}

function addressLink(address) {
  const node = anchor(address);
  if (!node) return address;
  node.textContent = address;
  return node;
}
