// phone.js is one chat as its viewer holds it: header, thread, reply keyboard, composer.

import { avatar, fill, h, icon, iconButton } from './dom.js';
import { Thread } from './thread.js';
import { Composer } from './composer.js';
import { menu } from './layers.js';
import { acceptDrops } from './attach.js';

const languages = [['zh-hans', '简体中文'], ['zh-hant', '繁體中文'], ['en', 'English']];

/** Groups below this id are supergroups already. */
const firstSupergroup = -1e12;

export class Phone {
  constructor(app, chat) {
    Object.assign(this, { app, chat });
    const who = () => ({ user: app.view.actor(app.desk, chat), chat });
    this.who = who;
    this.thread = new Thread(app, chat, who);
    this.composer = new Composer(app, chat, who);
    this.thread.onreply = (one) => this.composer.reply(one);
    this.thread.onedit = (one) => this.composer.edit(one);
    this.head = h('header', { class: 'phone-head' });
    this.empty = h('div', { class: 'empty' });
    this.thread.scroller.append(this.empty);
    this.node = h('section', { class: 'phone', 'data-chat': chat }, this.head, this.thread.node, this.composer.node);
    for (const kind of ['focusin', 'pointerdown']) this.node.addEventListener(kind, () => app.focus(chat));
    acceptDrops(app, this.node, who);
  }

  render() {
    const { app, chat, node } = this;
    const { user } = this.who();
    const action = app.desk.action(chat);
    node.dataset.user = user;
    node.lang = app.desk.people.get(chat)?.language || document.documentElement.lang;
    node.classList.toggle('focused', app.view.focus === chat);
    node.setAttribute('aria-label', app.desk.title(chat));
    const pinned = app.view.open.find((slot) => slot.chat === chat)?.pinned;
    fill(this.head, JSON.stringify([this.subtitle(action), app.desk.title(chat), pinned, app.view.isNarrow, app.view.open.length]), () => this.header(action, pinned));
    fill(this.empty, JSON.stringify([app.desk.messages(chat).length > 0, app.desk.blocked.has(chat)]), () => this.welcome());
    this.composer.render();
    const atEnd = this.thread.render();
    if (atEnd && !document.hidden) app.view.markRead(app.desk, chat);
  }

  subtitle(action) {
    const { app, chat } = this;
    if (action) return `${app.desk.bot.name} ${app.t(action.startsWith('upload') ? 'page.sending_photo' : 'page.typing')}`;
    if (chat < 0) return app.t('page.members', app.desk.groups.get(chat)?.members?.length || 0);
    return [app.t(roleKey(app.desk.people.get(chat)?.role)), app.t('page.chat_with', app.desk.bot.name)].join(' · ');
  }

  header(action, pinned) {
    const { app, chat } = this;
    const title = app.desk.title(chat);
    const doing = action ? h('span', { class: 'dots', 'aria-hidden': 'true' }, h('i'), h('i'), h('i')) : null;
    const tools = app.view.isNarrow ? [] : [
      iconButton('pin', app.t(pinned ? 'page.unpin' : 'page.pin'), { class: pinned ? 'on' : '', 'aria-pressed': String(Boolean(pinned)), 'data-pin': chat, onclick: () => app.pin(chat) }),
      app.view.open.length > 1 ? iconButton('close', app.t('page.close'), { 'data-close': chat, onclick: (event) => { event.stopPropagation(); app.close(chat); } }) : null,
    ];
    return [
      app.view.isNarrow ? iconButton('back', app.t('page.back'), { class: 'go-back', onclick: () => app.screen('list') }) : null,
      avatar(chat, title, chat < 0 ? 'group' : ''),
      h('div', { class: 'phone-title' }, h('h2', {}, title), h('p', { class: action ? 'doing' : '' }, doing, h('span', {}, this.subtitle(action)))),
      iconButton('more', app.t('page.menu'), { 'data-phone-menu': chat, 'aria-haspopup': 'menu', onclick: (event) => menu(event.currentTarget, chat < 0 ? this.groupMenu() : this.ownMenu()) }),
      tools,
    ];
  }

  ownMenu() {
    const { app, chat } = this;
    const blocked = app.desk.blocked.has(chat);
    const tongue = app.desk.people.get(chat)?.language || 'zh-hans';
    const known = languages.some(([code]) => code === tongue) ? languages : [[tongue, tongue], ...languages];
    const select = h('select', { 'data-language': chat, onchange: (event) => app.post('language', { user: chat, language: event.target.value }).then(() => {
      const person = app.desk.people.get(chat);
      if (person) person.language = select.value;
    }) }, known.map(([code, name]) => h('option', { value: code, selected: code === tongue }, name)));
    return [
      h('label', { class: 'menu-field' }, icon('globe'), h('span', {}, app.t('page.language')), select),
      { icon: 'contact', label: app.t('page.share_contact'), name: 'contact', run: () => app.post('contact', { user: chat, chat }) },
      { icon: 'block', label: app.t(blocked ? 'page.unblock' : 'page.block'), name: 'block', danger: !blocked, run: () => app.block(chat, !blocked) },
    ];
  }

  groupMenu() {
    const { app, chat } = this;
    const group = app.desk.groups.get(chat) || {};
    const members = group.members || [];
    const by = app.view.actor(app.desk, chat);
    const line = (person) => h('label', { class: 'menu-field' }, avatar(person.id, app.desk.person(person.id)), h('span', {}, app.desk.person(person.id)),
      h('input', { type: 'checkbox', 'data-member': person.id, checked: members.includes(person.id), onchange: (event) => app.post(event.target.checked ? 'groups/join' : 'groups/leave', { group: chat, user: person.id }) }));
    return [
      h('p', { class: 'menu-title' }, app.t('page.members_title')),
      h('div', { class: 'menu-scroll' }, [...app.desk.people.values()].map(line)),
      chat > firstSupergroup && { icon: 'group', label: app.t('page.upgrade_group'), name: 'upgrade', run: () => app.post('groups/migrate', { group: chat }) },
      group.bot !== true && { icon: 'plus', label: app.t('page.add_bot'), name: 'addbot', run: () => app.post('groups/addbot', { group: chat, by, start: '' }) },
      group.bot !== false && { icon: 'trash', label: app.t('page.kick_bot'), name: 'kickbot', danger: true, run: () => app.post('groups/kickbot', { group: chat, by }) },
    ];
  }

  /** welcome fills an empty chat: the bot's card and the first press, as a messenger shows before /start. */
  welcome() {
    const { app, chat } = this;
    if (app.desk.messages(chat).length) return [];
    if (chat < 0) return h('p', { class: 'pill' }, app.t('page.empty_group'));
    return h('div', { class: 'welcome' }, avatar(0, '', 'bot'), h('h3', {}, app.desk.bot.name),
      h('p', {}, app.t('page.start_hint', app.desk.bot.name)),
      h('button', { type: 'button', class: 'primary', 'data-start': chat, onclick: () => app.send(chat, chat, '/start') }, app.t('page.start')));
  }
}

/** roleKey is the chrome text for a person's role. */
export function roleKey(role) {
  return ['reviewer', 'counselor', 'owner', 'old_owner'].includes(role) ? `page.${role}` : 'page.student';
}
