// layers.js is what lies over the desk: toasts, dialogs, menus and the lightbox.

import { h, icon, iconButton } from './dom.js';

const toastMillis = 3200;

/** toast shows a line for a moment, in a phone when `host` is given, else at the top of the page. */
export function toast(text, host = document.getElementById('toasts')) {
  host.querySelector(':scope > .toast')?.remove();
  const node = h('div', { class: 'toast', role: 'status' }, text);
  host.append(node);
  setTimeout(() => node.classList.add('leaving'), toastMillis);
  setTimeout(() => node.remove(), toastMillis + 300);
}

/** alertIn covers one phone with a callback's alert until it is read. */
export function alertIn(host, text, ok) {
  const close = () => cover.remove();
  const button = h('button', { type: 'button', class: 'primary', onclick: close }, ok);
  const cover = h('div', { class: 'cover', role: 'alertdialog', 'aria-label': text, onkeydown: (event) => event.key === 'Escape' && close() },
    h('div', { class: 'card' }, h('p', {}, text), button));
  host.append(cover);
  button.focus();
}

/** dialog opens a modal card and answers the function that closes it. */
export function dialog(title, t, ...content) {
  const box = h('dialog', { class: 'dialog', 'aria-label': title, onclose: () => box.remove(), onclick: (event) => event.target === box && box.close() },
    h('div', { class: 'dialog-card' },
      h('header', {}, h('h2', {}, title), iconButton('close', t('page.close'), { onclick: () => box.close() })),
      content));
  document.body.append(box);
  box.showModal();
  return () => box.close();
}

/** menu opens under a button and closes by choice, Escape or a press outside. Items: {icon,label,run} or a node. */
export function menu(anchor, items, point = null) {
  const open = document.querySelector('.menu');
  if (open) open.dispatchEvent(new Event('shut'));
  if (open && open.anchor === anchor && !point) return;
  const shut = () => {
    node.remove();
    anchor.setAttribute('aria-expanded', 'false');
    document.removeEventListener('pointerdown', outside, true);
  };
  const outside = (event) => !node.contains(event.target) && !anchor.contains(event.target) && shut();
  const node = h('div', { class: 'menu', role: 'menu', onshut: shut, onkeydown: (event) => steer(event, node, () => { shut(); anchor.focus(); }) },
    items.filter(Boolean).map((item) => item instanceof Node ? item : entry(item, shut)));
  node.anchor = anchor;
  document.body.append(node);
  anchor.setAttribute('aria-expanded', 'true');
  place(node, point ? { left: point.x, right: point.x, top: point.y, bottom: point.y } : anchor.getBoundingClientRect());
  document.addEventListener('pointerdown', outside, true);
  node.querySelector('button, select, input')?.focus({ preventScroll: true });
}

function entry(item, shut) {
  const run = () => {
    shut();
    item.run();
  };
  return h('button', { type: 'button', role: 'menuitem', class: item.danger ? 'danger' : '', 'data-menu': item.name, onclick: run }, icon(item.icon), h('span', {}, item.label));
}

function steer(event, node, close) {
  if (event.key === 'Escape') return close();
  if (!['ArrowDown', 'ArrowUp'].includes(event.key) || event.target.tagName === 'SELECT') return undefined;
  event.preventDefault();
  const stops = [...node.querySelectorAll('button, select, input')];
  const step = event.key === 'ArrowDown' ? 1 : -1;
  stops[(stops.indexOf(document.activeElement) + step + stops.length) % stops.length]?.focus();
  return undefined;
}

function place(node, at) {
  const gap = 6;
  const below = at.bottom + gap + node.offsetHeight < window.innerHeight;
  const top = below ? at.bottom + gap : Math.max(gap, at.top - gap - node.offsetHeight);
  const left = Math.min(Math.max(gap, at.right - node.offsetWidth), window.innerWidth - node.offsetWidth - gap);
  const start = at.left + node.offsetWidth < window.innerWidth - gap ? at.left : left;
  node.style.setProperty('top', `${top}px`);
  node.style.setProperty('left', `${at.left > window.innerWidth / 2 ? left : start}px`);
}

/** lightbox shows pictures [{url, caption, kept}] large, one at a time; arrows and swipes leaf through them. */
export function lightbox(pictures, first, t) {
  let at = first;
  const image = h('img', { alt: t('page.photo'), draggable: 'false' });
  const caption = h('p', { class: 'lightbox-caption' });
  const link = h('a', { class: 'icon-button', target: '_blank', rel: 'noopener', title: t('page.open_image'), 'aria-label': t('page.open_image') }, icon('open'));
  const box = h('dialog', { class: 'lightbox', 'aria-label': t('page.photo'), onclose: () => box.remove() },
    h('div', { class: 'lightbox-bar' }, h('span', { class: 'lightbox-count' }), link, iconButton('close', t('page.close'), { onclick: () => box.close() })),
    h('div', { class: 'lightbox-stage', onclick: (event) => event.target !== image && box.close() }, image), caption);
  const show = (step) => {
    at = (at + step + pictures.length) % pictures.length;
    image.src = pictures[at].url;
    caption.replaceChildren(pictures[at].caption || '');
    link.hidden = Boolean(pictures[at].kept);
    link.href = pictures[at].url;
    box.querySelector('.lightbox-count').textContent = pictures.length > 1 ? `${at + 1} / ${pictures.length}` : '';
  };
  image.addEventListener('contextmenu', (event) => pictures[at].kept && event.preventDefault());
  box.addEventListener('keydown', (event) => ({ ArrowRight: () => show(1), ArrowLeft: () => show(-1) })[event.key]?.());
  if (pictures.length > 1) box.append(iconButton('back', t('page.prev'), { class: 'leaf prev', onclick: () => show(-1) }), iconButton('chevron', t('page.next'), { class: 'leaf next', onclick: () => show(1) }));
  document.body.append(box);
  show(0);
  box.showModal();
}
