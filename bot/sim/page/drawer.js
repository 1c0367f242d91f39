// drawer.js is the right side: the inbox of SMS and e-mails, the cheat sheet, and the sample photos.

import { fill, h, icon, iconButton } from './dom.js';
import { anchor } from './safe.js';
import { sampleButtons } from './attach.js';
import { time } from './words.js';

const tabs = [['inbox', 'inbox', 'page.inbox'], ['cheats', 'book', 'page.cheats'], ['photos', 'camera', 'page.photos']];
const address = /https?:\/\/[^\s<>"'，。；）]+/g;

export function renderDrawer(app, node) {
  if (!node.firstChild) node.append(h('div', { class: 'drawer-tabs', role: 'tablist', 'aria-label': app.t('page.drawer') }), h('div', { class: 'drawer-body', role: 'tabpanel' }));
  const [head, body] = node.children;
  const { view, desk } = app;
  const looking = view.tab === 'inbox' && !document.hidden && (view.isNarrow ? view.screen === 'drawer' : view.drawer);
  if (looking) view.markInbox(desk);
  const open = view.drawer || view.isNarrow;
  const unseen = view.unseen(desk);
  const focusedTab = head.contains(document.activeElement) ? document.activeElement.dataset.tab : '';
  const drawn = fill(head, JSON.stringify([view.tab, open, unseen, app.t('page.inbox')]), () => header(app, open, unseen));
  if (drawn && focusedTab) head.querySelector(`[data-tab="${focusedTab}"]`)?.focus();
  body.hidden = !open;
  if (!open) return;
  const who = view.focus;
  if (view.tab === 'inbox') fill(body, JSON.stringify(['inbox', desk.inbox, who]), () => inbox(app));
  if (view.tab === 'cheats') fill(body, JSON.stringify(['cheats', desk.cheats]), () => cheats(app));
  if (view.tab === 'photos') fill(body, JSON.stringify(['photos', desk.photos, desk.title(who)]), () => photos(app));
}

function header(app, open, unseen) {
  const { t, view } = app;
  return [
    tabs.map(([name, shape, key]) => h('button', {
      type: 'button', role: 'tab', class: open && view.tab === name ? 'on' : '', 'data-tab': name, 'aria-selected': String(open && view.tab === name), title: t(key), 'aria-label': t(key),
      onclick: () => app.tab(name), onkeydown: (event) => leaf(app, event, name),
    }, h('span', { class: 'tab-icon' }, icon(shape), name === 'inbox' && unseen ? h('span', { class: 'badge' }, String(unseen)) : null), h('span', { class: 'tab-word' }, t(key)))),
    iconButton('chevron', t(open ? 'page.collapse' : 'page.expand'), { class: 'fold', 'data-fold': true, 'aria-expanded': String(open), onclick: () => app.foldDrawer() }),
  ];
}

function leaf(app, event, name) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const names = tabs.map(([each]) => each);
  app.tab(names[(names.indexOf(name) + step + names.length) % names.length]);
}

function inbox(app) {
  if (!app.desk.inbox.length) return nothing('inbox', app.t('page.inbox_empty'));
  return [...app.desk.inbox].reverse().map((item) => letter(app, item));
}

function letter(app, item) {
  const { t } = app;
  const code = codeOf(item);
  return h('article', { class: `letter ${item.kind}`, 'data-inbox': item.id },
    h('header', {}, icon(item.kind === 'sms' ? 'sms' : 'mail'), h('b', {}, item.to), h('time', {}, time(item.at))),
    item.subject ? h('h3', {}, item.subject) : null,
    h('p', {}, linked(app, item.text)),
    code ? h('footer', {}, h('output', { 'data-code': code }, code),
      h('button', { type: 'button', class: 'quiet', 'data-copy': code, onclick: () => app.copy(code) }, icon('copy'), t('page.copy')),
      h('button', { type: 'button', class: 'quiet', 'data-insert': code, onclick: () => app.insert(code) }, icon('insert'), t('page.insert'))) : null);
}

/** codeOf is the six-digit code in an item, or "". Longer numbers (phones, cases) are no codes. */
export function codeOf(item) {
  return /(?<!\d)\d{6}(?!\d)/.exec(`${item.text || ''} ${item.subject || ''}`)?.[0] || '';
}

function linked(app, text) {
  const parts = [];
  let last = 0;
  for (const match of (text || '').matchAll(address)) {
    const link = anchor(match[0]);
    if (!link) continue;
    link.textContent = match[0];
    link.addEventListener('click', (event) => {
      event.preventDefault();
      app.follow(match[0], app.insertTarget(), app.insertTarget());
    });
    parts.push(text.slice(last, match.index), link);
    last = match.index + match[0].length;
  }
  return [...parts, (text || '').slice(last)];
}

function cheats(app) {
  if (!app.desk.cheats.length) return nothing('book', app.t('page.cheats_empty'));
  return [h('p', { class: 'hint' }, app.t('page.cheats_hint')), app.desk.cheats.map((sheet) => h('section', { class: 'cheat' },
    h('h3', {}, sheet.title), h('div', { class: 'cheat-rows' }, (sheet.rows || []).map(([label, value]) => !value ? h('p', { class: 'cheat-says' }, label) : h('div', { class: 'cheat-row' }, h('span', { class: 'cheat-label' }, label), h('span', { class: 'cheat-fill' }, valueButtons(app, value)))))))];
}

function valueButtons(app, value) {
  return [
    h('button', { type: 'button', class: 'cheat-value', 'data-cheat': value, title: app.t('page.insert'), onclick: () => app.insert(value) }, value),
    iconButton('copy', `${app.t('page.copy')} ${value}`, { 'data-copy': value, onclick: () => app.copy(value) }),
  ];
}

function photos(app) {
  if (!app.desk.photos.length) return nothing('camera', app.t('page.photos_empty'));
  const chat = app.view.focus;
  const target = chat ? app.t('page.samples_to', app.desk.title(chat)) : app.t('page.samples_none');
  return [h('p', { class: 'hint' }, app.t('page.photos_hint')),
    h('p', { class: 'target', 'data-target': chat }, icon('phone'), h('span', {}, target)),
    sampleButtons(app, () => ({ user: app.view.actor(app.desk, chat), chat }), () => app.view.isNarrow && app.screen('chat'))];
}

function nothing(shape, words) {
  return h('div', { class: 'nothing' }, icon(shape), h('p', {}, words));
}
