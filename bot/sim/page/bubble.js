// bubble.js draws one row of a thread: a message, an album of several, a service line, a day, or what was deleted.

import { avatar, h, hue, icon, iconButton } from './dom.js';
import { plain, safe } from './safe.js';
import { size, time } from './words.js';

const photoWidth = 280;
const photoHeight = 340;

/** row makes the node for a row of thread.js: {kind, messages, out, count, label}. */
export function row(app, chat, spec) {
  if (spec.kind === 'day') return h('div', { class: 'pill day' }, spec.label);
  if (spec.kind === 'ghost') return ghost(app, spec.count);
  if (spec.kind === 'service') return h('div', { class: 'pill service', 'data-message': spec.messages[0].id }, spec.messages[0].service);
  return message(app, chat, spec);
}

function ghost({ t }, count) {
  const words = count > 1 ? t('page.deleted_many', count) : t('page.deleted');
  return h('div', { class: 'pill ghost' }, icon('trash'), words);
}

function message(app, chat, spec) {
  const first = spec.messages[0];
  const album = spec.messages.length > 1;
  const bubble = h('div', { class: bubbleClass(spec) }, who(app, chat, first, spec), forwarded(app, first), quote(app, chat, first), media(app, spec), words(app, spec));
  const column = h('div', { class: 'column' }, bubble, keyboard(app, chat, first));
  const node = h('article', { class: `row ${spec.out ? 'out' : 'in'} ${album ? 'album-row' : ''}`, 'data-message': album ? null : first.id, 'aria-label': spoken(first, spec) },
    chat < 0 && !spec.out ? avatar(first.from?.id, first.from?.name, first.from?.bot ? 'bot' : '') : null,
    column, more(app, chat, spec));
  if (first.keyboard) node.classList.add('keyed');
  return node;
}

function bubbleClass(spec) {
  const one = spec.messages[0];
  const bare = one.photo && !spec.messages.some((each) => each.caption_html || each.text_html);
  return `bubble ${one.photo ? 'has-photo' : ''} ${bare ? 'bare' : ''}`;
}

function spoken(one, spec) {
  return `${spec.out ? '' : one.from?.name || ''} ${time(one.date)}`.trim();
}

function who(app, chat, one, spec) {
  if (chat > 0 || spec.out) return null;
  const name = h('span', { class: `who ${one.from?.bot ? 'who-bot' : `name${hue(one.from?.id)}`}` }, one.from?.name || '');
  if (one.from?.bot) name.append(h('span', { class: 'tag' }, app.t('page.bot')));
  return name;
}

function forwarded({ t }, one) {
  return one.forward ? h('span', { class: 'forwarded' }, t('page.forwarded', one.forward)) : null;
}

function quote(app, chat, one) {
  if (!one.reply_to) return null;
  const target = app.desk.messages(chat).find((other) => other.id === one.reply_to);
  if (!target) return null;
  return h('button', { type: 'button', class: 'quote', 'data-jump': target.id },
    h('b', {}, target.from?.name || ''), h('span', {}, summary(app.t, target)));
}

/** summary is a message in one line, for lists and quotes. */
export function summary(t, one) {
  if (!one) return '';
  if (one.service) return one.service;
  const text = plain(one.text_html || one.caption_html).replace(/\s+/g, ' ').trim();
  const kind = one.photo ? t('page.photo') : one.document ? one.document.name : one.contact ? t('page.contact') : one.other ? t(`page.${one.other}`) : '';
  if (kind && text) return `[${kind}] ${text}`;
  return kind ? `[${kind}]` : text;
}

function media(app, spec) {
  const photos = spec.messages.filter((each) => each.photo);
  if (photos.length > 1) return h('div', { class: `album n${Math.min(photos.length, 5)}` }, photos.map((each) => photo(app, each, true)));
  const one = spec.messages[0];
  if (spec.messages.length > 1) return spec.messages.map((each) => h('div', { 'data-message': each.id }, paperclip(each)));
  if (one.photo) return photo(app, one, false);
  if (one.document) return paperclip(one);
  if (one.contact) return card(one.contact);
  if (one.other) return h('div', { class: 'other' }, `[${app.t(`page.${one.other}`)}]`);
  return null;
}

function photo(app, one, inAlbum) {
  const { url, width = 4, height = 3 } = one.photo;
  const image = h('img', { src: url, alt: plain(one.caption_html) || app.t('page.photo'), loading: 'lazy', draggable: one.protected ? 'false' : null });
  if (one.protected) image.addEventListener('contextmenu', (event) => event.preventDefault());
  const node = h('button', { type: 'button', class: 'photo', 'data-photo': one.id, 'data-message': inAlbum ? one.id : null, 'aria-label': app.t('page.view_photo') }, image);
  if (inAlbum) return node;
  const scale = Math.min(photoWidth / width, photoHeight / height);
  node.style.setProperty('width', `${Math.max(150, Math.round(width * scale))}px`);
  node.style.setProperty('aspect-ratio', `${width} / ${height}`);
  return node;
}

function paperclip(one) {
  const { name, size: bytes, url } = one.document;
  const kind = (name || '').split('.').pop().slice(0, 4).toUpperCase();
  return h('a', { class: 'document', href: url, target: '_blank', rel: 'noopener', download: one.protected ? null : name },
    h('span', { class: 'document-kind', 'aria-hidden': 'true' }, kind || icon('file')),
    h('span', { class: 'document-words' }, h('b', {}, name || ''), h('small', {}, size(bytes || 0))));
}

function card(contact) {
  return h('div', { class: 'contact' }, avatar(contact.phone.slice(-4), contact.name),
    h('span', { class: 'document-words' }, h('b', {}, contact.name), h('small', {}, contact.phone)));
}

/** words is the text with the time floating behind its last line, or the time alone. */
function words(app, spec) {
  const one = spec.messages.find((each) => each.text_html || each.caption_html);
  if (!one) return meta(app, spec);
  return h('div', { class: 'text', dir: 'auto' }, safe(one.text_html || one.caption_html), meta(app, spec));
}

function meta(app, spec) {
  const one = spec.messages[spec.messages.length - 1];
  const edited = spec.messages.some((each) => each.edited);
  const node = h('span', { class: 'meta' });
  if (one.protected) node.append(marked(app, 'lock', 'page.protected'));
  if (one.silent) node.append(marked(app, 'bell', 'page.silent'));
  if (edited) node.append(h('span', {}, app.t('page.edited')));
  node.append(h('time', { datetime: new Date(one.date).toISOString() }, time(one.date)));
  if (spec.out) node.append(icon('check'));
  return node;
}

function marked(app, shape, key) {
  return h('span', { class: 'mark', title: app.t(key), role: 'img', 'aria-label': app.t(key) }, icon(shape));
}

function keyboard(app, chat, one) {
  if (!one.keyboard?.length) return null;
  return h('div', { class: 'keys' }, one.keyboard.map((line) => h('div', { class: 'key-line' }, line.map((button) =>
    h('button', { type: 'button', class: 'ikb', 'data-act': button.text, 'data-data': button.data || null, 'data-url': button.url || null },
      h('span', { class: 'ikb-text' }, button.text), button.url ? icon('open') : null)))));
}

function more(app, chat, spec) {
  const label = app.t('page.menu');
  return iconButton('more', label, { class: 'more', 'data-more': spec.messages[0].id, 'aria-haspopup': 'menu' });
}
