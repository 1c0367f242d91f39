// app.js starts the page: it loads the state, follows the events, and draws what is open.

import { h, icon } from './dom.js';
import { Desk, tapKey } from './desk.js';
import { View } from './view.js';
import { Phone } from './phone.js';
import { renderSidebar, renderTabbar } from './sidebar.js';
import { codeOf, renderDrawer } from './drawer.js';
import { alertIn, toast } from './layers.js';
import { follow } from './links.js';
import { greet, spoken } from './tongue.js';
import { listen, post, state } from './wire.js';
import { words } from './words.js';

const tapMillis = 15000;
const bannerMillis = 8000;

class App {
  constructor() {
    this.desk = new Desk();
    this.view = new View();
    this.phones = new Map();
    this.phonesShown = [];
    this.tapped = new Map();
    this.sampleAs = 'photo';
    this.t = words();
    this.nodes = Object.fromEntries(['desk', 'sidebar', 'stage', 'drawer', 'tabbar'].map((id) => [id, document.getElementById(id)]));
  }

  async start() {
    const language = greet(await this.current());
    if (language) await post('speak', { language });
    await this.load();
    addEventListener('resize', () => this.schedule());
    document.addEventListener('visibilitychange', () => this.schedule());
    listen({
      seq: () => this.desk.seq,
      event: (event, seq) => this.happened(event, seq),
      again: () => this.load(),
      online: (is) => this.online(is),
    });
  }

  async load() {
    const told = await this.current();
    const anew = this.desk.load(told);
    this.t = words(this.desk.texts);
    document.documentElement.lang = spoken(this.desk) || 'zh-Hans';
    document.title = this.t('page.title');
    for (const [id, key] of [['sidebar', 'page.chats'], ['stage', 'page.phone'], ['drawer', 'page.drawer'], ['tabbar', 'page.menu']]) this.nodes[id].setAttribute('aria-label', this.t(key));
    if (anew) this.forget();
    this.view.settle(this.desk);
    this.draw();
  }

  /** current asks for the state again when events overtook the answer on its way. */
  async current() {
    for (;;) {
      const before = this.desk.seq;
      const told = await state();
      if (told.seq < before || told.seq >= this.desk.seq) return told;
    }
  }

  /** translate draws everything anew in the language that the server speaks now. */
  async translate() {
    const chosen = document.activeElement?.matches('[data-tongue]');
    for (const phone of this.phones.values()) phone.node.remove();
    this.phones.clear();
    for (const name of ['sidebar', 'drawer', 'tabbar']) this.nodes[name].replaceChildren();
    await this.load();
    if (chosen) document.querySelector('[data-tongue]')?.focus();
  }

  forget() {
    for (const phone of this.phones.values()) phone.node.remove();
    this.phones.clear();
    Object.assign(this.view, { read: {}, seenInbox: 0 });
  }

  online(is) {
    if (this.offline === !is) return;
    this.offline = !is;
    this.nodes.desk.classList.toggle('offline', !is);
    this.lost?.remove();
    if (!is) document.body.append(this.lost = h('div', { class: 'lost', role: 'alert' }, this.t('page.lost')));
  }

  happened(event, seq) {
    if (event.type === 'language') return void this.translate().catch(() => location.reload());
    if (event.type === 'reset') return void this.load().catch(() => location.reload());
    if (!this.desk.apply(event, seq)) return;
    if (event.type === 'toast') this.answered(event);
    if (event.type === 'inbox') this.banner(event.item);
    if (event.type === 'upgraded') this.view.move(event.chat, event.to);
    if (event.type === 'people') this.view.settle(this.desk);
    if (event.type === 'action') setTimeout(() => this.schedule(), 5100);
    this.schedule();
  }

  /** answered shows a callback's answer on the phone it was tapped on. */
  answered({ user, text, alert }) {
    if (!text) return;
    const phone = this.phones.get(this.tapped.get(user)) || this.phones.get(user);
    const host = phone?.node.isConnected ? phone.node : document.getElementById('toasts');
    if (alert) alertIn(host, text, this.t('page.ok'));
    else toast(text, host);
  }

  /** banner drops an SMS or e-mail over the page when the inbox is not in sight. */
  banner(item) {
    const inSight = this.view.tab === 'inbox' && (this.view.isNarrow ? this.view.screen === 'drawer' : this.view.drawer);
    if (inSight) return;
    const code = codeOf(item);
    const node = h('div', { class: 'banner', 'data-banner': item.id },
      h('button', { type: 'button', class: 'banner-words', onclick: () => { node.remove(); this.tab('inbox'); } },
        icon(item.kind === 'sms' ? 'sms' : 'mail'), h('span', {}, h('b', {}, `${this.t(`page.${item.kind}`)} · ${item.to}`), h('span', {}, item.subject || item.text))),
      code ? h('button', { type: 'button', class: 'quiet', onclick: () => { node.remove(); this.insert(code); } }, this.t('page.insert')) : null);
    document.getElementById('toasts').append(node);
    setTimeout(() => node.remove(), bannerMillis);
  }

  /** schedule draws once, soon, however often it is asked. */
  schedule() {
    if (this.due) return;
    this.due = true;
    const go = () => {
      this.due = false;
      this.draw();
    };
    if (document.hidden) setTimeout(go, 50);
    else requestAnimationFrame(go);
  }

  draw() {
    const { nodes, view } = this;
    nodes.desk.dataset.screen = view.screen;
    nodes.desk.classList.toggle('folded', !view.drawer);
    renderDrawer(this, nodes.drawer);
    this.drawStage();
    renderSidebar(this, nodes.sidebar);
    renderTabbar(this, nodes.tabbar);
  }

  drawStage() {
    const { stage } = this.nodes;
    const slots = this.view.shown(stage.clientWidth);
    this.phonesShown = slots.map((slot) => slot.chat);
    stage.dataset.count = slots.length;
    const phones = slots.map((slot) => this.phone(slot.chat));
    const wanted = phones.map((phone) => phone.node);
    for (const child of [...stage.children]) if (!wanted.includes(child)) child.remove();
    const moved = phones.filter((phone, at) => this.seat(phone.node, at));
    const hidden = this.view.isNarrow && this.view.screen !== 'chat';
    if (!hidden) for (const phone of phones) phone.render();
    for (const phone of moved) phone.thread.restore();
  }

  seat(node, at) {
    const { stage } = this.nodes;
    if (stage.children[at] === node) return false;
    stage.insertBefore(node, stage.children[at] || null);
    return true;
  }

  phone(chat) {
    if (!this.phones.has(chat)) this.phones.set(chat, new Phone(this, chat));
    return this.phones.get(chat);
  }

  openChat(chat) {
    const width = this.nodes.stage.clientWidth;
    this.view.show(chat, this.view.shown(width), this.view.room(width));
    this.draw();
    this.phones.get(chat)?.thread.jumpEnd();
    if (!this.view.isNarrow) this.phones.get(chat)?.composer.input.focus({ preventScroll: true });
    this.schedule();
  }

  focus(chat) {
    if (this.view.focus === chat) return;
    this.view.touch(chat);
    this.schedule();
  }

  close(chat) {
    this.view.close(chat);
    this.draw();
  }

  pin(chat) {
    this.view.pin(chat);
    this.draw();
  }

  act(chat, user) {
    this.view.act(chat, user);
    this.schedule();
  }

  screen(name) {
    this.view.screen = name;
    this.view.save();
    this.draw();
    if (name === 'chat') for (const chat of this.phonesShown) this.phones.get(chat).thread.jumpEnd();
  }

  tab(name) {
    Object.assign(this.view, { tab: name, drawer: true, screen: 'drawer' });
    if (name === 'inbox') for (const seen of document.querySelectorAll('.banner')) seen.remove();
    this.view.save();
    this.draw();
  }

  foldDrawer() {
    this.view.drawer = !this.view.drawer;
    this.view.save();
    this.draw();
  }

  /** meet waits until a new person is known, then opens their phone. */
  async meet(id) {
    if (!this.desk.people.has(id)) await this.load();
    this.openChat(id);
  }

  /** post speaks to the server; a refusal is told in a toast, and thrown on when the caller wants to mend it. */
  async post(path, body, strict = false) {
    try {
      return await post(path, body);
    } catch (refusal) {
      this.say(`${this.t('page.failed')}（${refusal.message}）`);
      if (strict) throw refusal;
      return null;
    }
  }

  send(user, chat, text) {
    return this.post('send', { user, chat, text, reply_to: 0 });
  }

  tap(user, chat, id, data) {
    const key = tapKey(chat, id, data);
    this.desk.waiting.add(key);
    this.tapped.set(user, chat);
    this.schedule();
    const stop = () => {
      this.desk.waiting.delete(key);
      this.schedule();
    };
    setTimeout(stop, tapMillis);
    return this.post('tap', { user, chat, message_id: id, data }, true).catch(stop);
  }

  async block(user, blocked) {
    const said = await this.post('block', { user, blocked });
    if (!said) return;
    this.desk.on_blocked({ user, blocked });
    this.schedule();
  }

  follow(href, user, chat) {
    return follow(this, href, user, chat);
  }

  say(text) {
    toast(text);
  }

  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const field = h('textarea', { class: 'unseen', value: text });
      document.body.append(field);
      field.select();
      document.execCommand('copy');
      field.remove();
    }
    this.say(this.t('page.copied'));
  }

  /** insertTarget is the chat that inserted text goes to: the one in use. */
  insertTarget() {
    return this.view.focus;
  }

  insert(text) {
    const chat = this.insertTarget();
    if (!chat) return;
    if (this.view.isNarrow) this.screen('chat');
    this.phone(chat).composer.insert(text);
  }
}

new App().start().catch((fault) => {
  document.getElementById('stage').append(h('p', { class: 'pill' }, `${words()('page.lost')} ${fault.message}`));
  setTimeout(() => location.reload(), 2000);
});
