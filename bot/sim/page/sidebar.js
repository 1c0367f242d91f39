// sidebar.js lists the phones and groups, adds phones, and holds the bottom tabs of a narrow screen.

import { avatar, fill, h, icon, iconButton } from './dom.js';
import { dialog } from './layers.js';
import { summary } from './bubble.js';
import { roleKey } from './phone.js';
import { pick } from './tongue.js';
import { time } from './words.js';

/** sections sorts chats under their headings; groups stand before the phones of those who work in them. */
function sections({ desk, t }) {
  const people = [...desk.people.values()].filter((person) => person.phone_on_page !== false);
  const groups = [...desk.groups.values()];
  const of = (...roles) => people.filter((person) => roles.includes(person.role || 'student')).map((person) => person.id);
  const kind = (wanted) => groups.filter((group) => group.kind === wanted).map((group) => group.id);
  return [
    { title: t('page.student'), chats: of('student', 'old_owner'), add: true },
    { title: t('page.reviewers'), chats: [...kind('reviewers'), ...of('reviewer')] },
    { title: t('page.counselors'), chats: [...kind('counselors'), ...of('counselor')] },
    { title: t('page.owners'), chats: of('owner') },
    { title: t('page.others'), chats: groups.filter((group) => !['reviewers', 'counselors'].includes(group.kind)).map((group) => group.id) },
  ].filter((section) => section.chats.length || section.add);
}

export function renderSidebar(app, node) {
  if (!node.firstChild) node.append(h('header', { class: 'brand' }), h('div', { class: 'chats' }));
  const [brand, chats] = node.children;
  fill(brand, JSON.stringify([app.t('page.title'), app.t('page.subtitle'), app.desk.tongues]), () => [
    h('img', { src: 'icon.svg', alt: '', class: 'logo' }), h('div', {}, h('h1', {}, app.t('page.title')), h('p', {}, app.t('page.subtitle'))), pick(app)]);
  const model = sections(app).map((section) => ({ ...section, chats: section.chats.map((chat) => entryOf(app, chat)) }));
  const focused = chats.contains(document.activeElement) ? document.activeElement.dataset.open : '';
  const unseen = app.view.unseen(app.desk);
  const drawn = fill(chats, JSON.stringify([model, unseen, app.t('page.inbox')]), () => [model.map((section) => draw(app, section)), inboxSection(app, unseen)]);
  if (drawn && focused) chats.querySelector(`[data-open="${focused}"]`)?.focus({ preventScroll: true });
}

function entryOf(app, chat) {
  const { desk, view, t } = app;
  const last = desk.last(chat);
  const who = last && chat < 0 && last.from && !last.service ? `${t('page.says', last.from.name)}` : '';
  return {
    chat, title: desk.title(chat), role: chat > 0 ? t(roleKey(desk.people.get(chat)?.role)) : '', unread: view.unread(desk, chat),
    shown: app.phonesShown.includes(chat), focused: view.focus === chat, at: last ? time(last.date) : '',
    line: desk.action(chat) ? `${t(desk.action(chat).startsWith('upload') ? 'page.sending_photo' : 'page.typing')}…` : last ? who + summary(t, last) : t(chat < 0 ? 'page.empty_group' : 'page.empty'),
  };
}

function draw(app, section) {
  return h('section', { class: 'section' },
    h('div', { class: 'section-head' }, h('h2', {}, section.title),
      section.add ? iconButton('plus', app.t('page.add'), { 'data-add': true, onclick: () => addPhone(app) }) : null),
    section.chats.map((entry) => h('button', {
      type: 'button', class: `entry ${entry.shown ? 'shown' : ''} ${entry.focused ? 'focused' : ''}`, 'data-open': entry.chat,
      'aria-current': entry.focused ? 'true' : null, onclick: () => app.openChat(entry.chat),
    }, avatar(entry.chat, entry.title, entry.chat < 0 ? 'group' : ''),
    h('span', { class: 'entry-words' },
      h('span', { class: 'entry-top' }, h('b', {}, entry.title), h('time', {}, entry.at)),
      h('span', { class: 'entry-line' }, h('span', {}, entry.line), entry.unread ? h('span', { class: 'badge' }, entry.unread > 99 ? '99+' : String(entry.unread)) : null)))));
}

function inboxSection(app, unseen) {
  const last = app.desk.inbox[app.desk.inbox.length - 1];
  return h('section', { class: 'section' },
    h('div', { class: 'section-head' }, h('h2', {}, app.t('page.inbox'))),
    h('button', { type: 'button', class: 'entry', 'data-open-inbox': true, onclick: () => app.tab('inbox') },
      h('span', { class: 'avatar inbox', 'aria-hidden': 'true' }, icon('inbox')),
      h('span', { class: 'entry-words' },
        h('span', { class: 'entry-top' }, h('b', {}, `${app.t('page.sms')} · ${app.t('page.mail')}`), h('time', {}, last ? time(last.at) : '')),
        h('span', { class: 'entry-line' }, h('span', {}, last ? last.subject || last.text : app.t('page.inbox_empty')), unseen ? h('span', { class: 'badge' }, String(unseen)) : null))));
}

function addPhone(app) {
  const name = h('input', { type: 'text', 'data-new-name': true, placeholder: app.t('page.name_hint'), maxlength: '40', 'aria-label': app.t('page.name') });
  const language = h('select', { 'data-new-language': true, 'aria-label': app.t('page.language') }, app.desk.tongues.map((tongue) => h('option', { value: tongue.code.toLowerCase(), lang: tongue.code, selected: tongue.spoken || null }, tongue.name)));
  const form = h('form', { class: 'fields', onsubmit: async (event) => {
    event.preventDefault();
    close();
    const said = await app.post('people', { name: name.value.trim() || `${app.t('page.student')} ${app.desk.people.size + 1}`, language: language.value });
    if (said) await app.meet(said.id);
  } }, h('label', {}, h('span', {}, app.t('page.name')), name), h('label', {}, h('span', {}, app.t('page.language')), language),
  h('button', { type: 'submit', class: 'primary', 'data-new-save': true }, app.t('page.add')));
  const close = dialog(app.t('page.add'), app.t, form);
  name.focus();
}

export function renderTabbar(app, node) {
  const { t, view, desk } = app;
  const unread = [...desk.people.keys(), ...desk.groups.keys()].filter((chat) => chat !== view.focus).reduce((sum, chat) => sum + view.unread(desk, chat), 0);
  const here = view.screen === 'drawer' ? view.tab : view.screen;
  const tabs = [['list', 'list', 'page.chats', unread], ['chat', 'phone', 'page.phone', 0], ['inbox', 'inbox', 'page.inbox', view.unseen(desk)], ['cheats', 'book', 'page.cheats', 0], ['photos', 'camera', 'page.photos', 0]];
  fill(node, JSON.stringify([here, unread, view.unseen(desk), t('page.chats')]), () => tabs.map(([name, shape, key, count]) =>
    h('button', { type: 'button', class: here === name ? 'on' : '', 'data-tabbar': name, 'aria-current': here === name ? 'page' : null, onclick: () => (['list', 'chat'].includes(name) ? app.screen(name) : app.tab(name)) },
      h('span', { class: 'tab-icon' }, icon(shape), count ? h('span', { class: 'badge' }, count > 99 ? '99+' : String(count)) : null), h('span', {}, t(key)))));
}
