// dom.js makes nodes: elements from a short notation, and the page's own line icons.

const svgSpace = 'http://www.w3.org/2000/svg';

/** Paths of the icons on a 24x24 grid, drawn with a 1.8 stroke. */
const shapes = {
  attach: 'M20 11.5 12 19.4a5 5 0 0 1-7.1-7.1l8.3-8.2a3.4 3.4 0 0 1 4.8 4.8l-8.3 8.2a1.7 1.7 0 0 1-2.4-2.4l7.6-7.5',
  back: 'M15 5l-7 7 7 7',
  bell: 'M5 17h14l-1.6-2.6V10a5.4 5.4 0 0 0-10.8 0v4.4zM10 20h4M4 4l16 16',
  block: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM5.7 5.7l12.6 12.6',
  book: 'M5 4h11a3 3 0 0 1 3 3v13H8a3 3 0 0 1-3-3zM5 17a3 3 0 0 1 3-3h11M9 8h6',
  camera: 'M4 8h3.5L9 5.5h6L16.5 8H20v11H4zM12 10a3.3 3.3 0 1 0 0 6.6 3.3 3.3 0 0 0 0-6.600z',
  chat: 'M4 5h16v11H11l-4.5 4v-4H4z',
  check: 'M3 12.500l4.5 4.500L17 7M11.5 15.5 13 17l9.5-10',
  chevron: 'M9 5l7 7-7 7',
  close: 'M6 6l12 12M18 6 6 18',
  contact: 'M12 12.500a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.500c.8-3.6 3.7-5.5 7.5-5.500s6.7 1.9 7.5 5.5',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  down: 'M12 5v14M6 13l6 6 6-6',
  edit: 'M4 20l1-4L16.5 4.500l3 3L8 19zM14 7l3 3',
  file: 'M6 3h8l5 5v13H6zM14 3v5h5',
  globe: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c3 2.7 3.6 5.8 3.6 9s-.6 6.3-3.6 9c-3-2.7-3.6-5.8-3.6-9S9 5.7 12 3z',
  grid: 'M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z',
  group: 'M9 11.500a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 19.500c.6-3.3 3-5 6.5-5s5.9 1.7 6.5 5M15.5 5a3.3 3.3 0 0 1 0 6.300M18 14.800c2 .8 3.2 2.4 3.6 4.7',
  inbox: 'M4 13l2.5-8h11L20 13v6H4zM4 13h5a3 3 0 0 0 6 0h5',
  insert: 'M4 5v14M20 12H9M14 7l-5 5 5 5',
  keyboard: 'M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M17.5 10h.01M8 14h8',
  list: 'M4 6h16M4 12h16M4 18h10',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  mail: 'M3.5 6h17v12h-17zM4 7l8 6 8-6',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  open: 'M8 16 18 6M10 6h8v8',
  phone: 'M7.5 2.500h9v19h-9zM11 18.500h2',
  pin: 'M9 3h6l-.8 7 3.3 3.500h-11L9.8 10zM12 13.500V21',
  plus: 'M12 5v14M5 12h14',
  reply: 'M10 6 4 12l6 6M4.5 12H14a6 6 0 0 1 6 6v1',
  send: 'M4.5 12 3.5 4.5 21 12 3.5 19.500zM4.5 12H11',
  sms: 'M4 4.500h16V17H9l-5 3.500zM8 10.800h.01M12 10.800h.01M16 10.800h.01',
  trash: 'M4.5 7h15M9 7V4h6v3M6.5 7l1 13h9l1-13',
};

/**
 * h makes an element. Props that start with "on" are listeners; `value`, `checked`, `disabled` and `hidden` are set as
 * properties, the rest as attributes; null and false leave them out. Children may be nested; null and false are skipped.
 */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) assign(node, name, value);
  node.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function assign(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
  else if (['value', 'checked', 'disabled', 'hidden'].includes(name)) node[name] = value;
  else node.setAttribute(name, value === true ? '' : String(value));
}

/** icon draws one of the shapes; it is decoration, so readers skip it. */
export function icon(name) {
  const svg = document.createElementNS(svgSpace, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', `icon icon-${name}`);
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(svgSpace, 'path');
  path.setAttribute('d', shapes[name] || shapes.more);
  svg.append(path);
  return svg;
}

/** iconButton is a button with a picture and a spoken label. */
export function iconButton(name, label, props = {}) {
  return h('button', { type: 'button', title: label, 'aria-label': label, ...props, class: `icon-button ${props.class || ''}` }, icon(name));
}

/** fill replaces a node's children, but leaves the node alone when `mark` is the one it was last filled with. */
export function fill(node, mark, make) {
  if (node.dataset.mark === mark) return false;
  node.dataset.mark = mark;
  node.replaceChildren(...[make()].flat(3).filter(Boolean));
  return true;
}

/** avatar is a round letter; its hue comes from the id, so a person looks the same everywhere. */
export function avatar(id, name, kind = '') {
  const letters = Array.from((name || '?').trim());
  const node = h('span', { class: `avatar ${kind}`, 'aria-hidden': 'true' }, kind === 'bot' ? '归' : letters[0] || '?');
  if (!kind) node.classList.add(`hue${hue(id)}`);
  return node;
}

/** hue maps an id to one of the seven name colours of style.css. */
export function hue(id) {
  return Math.abs(Number(id) * 5) % 7;
}
