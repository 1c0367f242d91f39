// thread.js keeps one chat's list of messages in step with the desk: it changes only the rows that differ, stays at the
// end while the reader is there, and otherwise counts what is new.

import { h, icon } from './dom.js';
import { plain } from './safe.js';
import { day, dayName } from './words.js';
import { row } from './bubble.js';
import { tapKey } from './desk.js';
import { lightbox, menu } from './layers.js';
import { tapLinks } from './links.js';

const runMillis = 5 * 60 * 1000;
const endPixels = 70;

export class Thread {
  constructor(app, chat, who) {
    Object.assign(this, { app, chat, who, stuck: true, fresh: 0, rows: new Map(), filled: false });
    this.list = h('div', { class: 'list' });
    this.scroller = h('div', { class: 'thread', role: 'log', 'aria-live': 'polite', 'aria-label': app.t('page.messages'), tabindex: '0' }, this.list);
    this.chipText = h('span');
    this.chip = h('button', { type: 'button', class: 'chip', hidden: true, 'aria-label': app.t('page.to_end'), onclick: () => this.toEnd() }, icon('down'), this.chipText);
    this.node = h('div', { class: 'thread-frame' }, this.scroller, this.chip);
    this.scroller.addEventListener('scroll', () => this.scrolled(), { passive: true });
    this.list.addEventListener('click', (event) => this.clicked(event));
    this.list.addEventListener('contextmenu', (event) => this.pressed(event));
    this.list.addEventListener('click', tapLinks(app, who));
    this.list.addEventListener('keydown', (event) => event.key === 'Enter' && event.target.matches('.spoiler') && event.target.click());
    this.watch = new ResizeObserver(() => this.stuck && this.jumpEnd());
    this.watch.observe(this.scroller);
    this.watch.observe(this.list);
  }

  /** render brings the rows up to date and answers whether the reader sees the newest. */
  render() {
    const { user } = this.who();
    const messages = this.app.desk.messages(this.chat);
    const specs = rowsOf(this.app, this.chat, messages, user);
    const before = this.newest || 0;
    this.newest = messages.length ? messages[messages.length - 1].id : before;
    const mine = messages.some((one) => one.id > before && one.from?.id === user);
    const came = messages.filter((one) => one.id > before && one.from?.id !== user).length;
    this.place(specs);
    this.spin();
    if (this.stuck || (this.filled && mine)) this.jumpEnd();
    else if (this.filled) this.fresh += came;
    this.filled = true;
    this.showChip();
    return this.stuck;
  }

  place(specs) {
    const wanted = new Set(specs.map((spec) => spec.key));
    for (const [key, held] of this.rows) if (!wanted.has(key)) this.drop(key, held.node);
    let last = null;
    for (const spec of specs) last = this.put(spec, last);
  }

  put(spec, last) {
    let held = this.rows.get(spec.key);
    if (!held || held.sign !== spec.sign) {
      const node = row(this.app, this.chat, spec);
      if (this.filled) node.classList.add(held ? 'changed' : 'fresh');
      if (held) this.swap(held.node, node);
      held = { node, sign: spec.sign };
      this.rows.set(spec.key, held);
    }
    held.node.classList.toggle('first', Boolean(spec.first));
    held.node.classList.toggle('tail', Boolean(spec.tail));
    const next = after(this.list, last);
    if (next !== held.node) this.list.insertBefore(held.node, next);
    return held.node;
  }

  /** swap keeps the keyboard user's place when a message is edited under their fingers. */
  swap(old, node) {
    const at = [...old.querySelectorAll('.ikb')].indexOf(document.activeElement);
    old.replaceWith(node);
    const keys = node.querySelectorAll('.ikb');
    if (at >= 0) keys[Math.min(at, keys.length - 1)]?.focus({ preventScroll: true });
  }

  drop(key, node) {
    this.rows.delete(key);
    for (const marked of [node, ...node.querySelectorAll('[data-message]')]) marked.removeAttribute('data-message');
    if (!node.matches('.row')) return node.remove();
    node.style.setProperty('height', `${node.offsetHeight}px`);
    node.classList.add('leaving');
    node.inert = true;
    return setTimeout(() => node.remove(), 360);
  }

  /** spin marks the inline buttons whose answer is awaited. */
  spin() {
    for (const button of this.list.querySelectorAll('.ikb[data-data]')) {
      const id = button.closest('[data-message]')?.dataset.message;
      const busy = this.app.desk.waiting.has(tapKey(this.chat, id, button.dataset.data));
      button.classList.toggle('busy', busy);
      button.setAttribute('aria-busy', String(busy));
    }
  }

  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    const stuck = scrollHeight - scrollTop - clientHeight < endPixels;
    if (stuck && !this.stuck) this.fresh = 0;
    this.top = scrollTop;
    const moved = stuck !== this.stuck;
    this.stuck = stuck;
    this.showChip();
    if (moved && stuck) this.app.schedule();
  }

  showChip() {
    this.chip.hidden = this.stuck;
    this.chip.classList.toggle('counted', this.fresh > 0);
    this.chipText.textContent = this.fresh ? this.app.t('page.new_messages', this.fresh) : '';
  }

  jumpEnd() {
    this.stuck = true;
    this.fresh = 0;
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  /** restore puts the reader back where they were: a node taken off the page forgets its place. */
  restore() {
    if (this.stuck) this.jumpEnd();
    else this.scroller.scrollTop = this.top || 0;
  }

  toEnd() {
    this.jumpEnd();
    this.showChip();
    this.app.schedule();
  }

  clicked(event) {
    const target = event.target.closest('.ikb, .photo, .quote, .more');
    if (!target) return undefined;
    if (target.matches('.ikb')) return this.tap(target);
    if (target.matches('.photo')) return this.enlarge(Number(target.dataset.photo));
    if (target.matches('.quote')) return this.jump(target.dataset.jump);
    return this.choices(target, Number(target.dataset.more));
  }

  tap(button) {
    const { user, chat } = this.who();
    if (button.dataset.url) return this.app.follow(button.dataset.url, user, chat);
    if (button.classList.contains('busy')) return undefined;
    return this.app.tap(user, chat, Number(button.closest('[data-message]').dataset.message), button.dataset.data);
  }

  enlarge(id) {
    const messages = this.app.desk.messages(this.chat);
    const one = messages.find((each) => each.id === id);
    const near = one.album ? messages.filter((each) => each.album === one.album && each.photo) : [one];
    lightbox(near.map((each) => ({ url: each.photo.url, caption: plain(each.caption_html), kept: each.protected })), near.indexOf(one), this.app.t);
  }

  jump(id) {
    const node = this.list.querySelector(`[data-message="${id}"]`);
    node?.scrollIntoView({ block: 'center' });
    node?.classList.add('changed');
    setTimeout(() => node?.classList.remove('changed'), 900);
  }

  pressed(event) {
    const node = event.target.closest('.row');
    if (!node || event.target.closest('a, img') || String(getSelection())) return;
    event.preventDefault();
    const more = node.querySelector('.more');
    this.choices(more, Number(more.dataset.more), { x: event.clientX, y: event.clientY });
  }

  choices(anchor, id, point = null) {
    const { app, chat } = this;
    const { user } = this.who();
    const one = app.desk.messages(chat).find((each) => each.id === id);
    if (!one) return;
    const own = one.from?.id === user;
    const text = plain(one.text_html || one.caption_html);
    menu(anchor, [
      { icon: 'reply', label: app.t('page.reply'), name: 'reply', run: () => this.onreply?.(one) },
      text && !one.protected && { icon: 'copy', label: app.t('page.copy'), name: 'copy', run: () => app.copy(text) },
      own && one.text_html && { icon: 'edit', label: app.t('page.edit'), name: 'edit', run: () => this.onedit?.(one) },
      own && { icon: 'trash', label: app.t('page.delete'), name: 'delete', danger: true, run: () => app.post('delete', { user, chat, message_id: id }) },
    ], point);
  }
}

function after(list, last) {
  let next = last ? last.nextSibling : list.firstChild;
  while (next && next.classList.contains('leaving')) next = next.nextSibling;
  return next;
}

/** rowsOf groups messages and deletions into rows; `sign` changes when a row must be drawn anew. */
function rowsOf(app, chat, messages, user) {
  const specs = [];
  const ghosts = [...(app.desk.ghosts.get(chat) || [])].sort(([one], [other]) => one - other);
  let lastDay = '';
  let held = null;
  const turn = (date) => {
    if (day(date) === lastDay) return;
    lastDay = day(date);
    specs.push(held = { kind: 'day', key: `d${lastDay}`, label: dayName(date, app.t), sign: dayName(date, app.t) });
  };
  const bury = (before) => {
    while (ghosts.length && ghosts[0][0] < before) {
      const [id, date] = ghosts.shift();
      turn(date);
      if (held?.kind === 'ghost') held.count += 1;
      else specs.push(held = { kind: 'ghost', key: `g${id}`, count: 1 });
      held.sign = String(held.count);
    }
  };
  for (const one of messages) {
    bury(one.id);
    turn(one.date);
    held = join(specs, held, one, user);
  }
  bury(Infinity);
  return runs(specs.map((spec) => signed(spec)));
}

function join(specs, held, one, user) {
  if (one.service) return push(specs, { kind: 'service', key: `m${one.id}`, messages: [one] });
  if (one.album && held?.album === one.album) {
    held.messages.push(one);
    return held;
  }
  return push(specs, { kind: 'message', key: one.album ? `a${one.album}` : `m${one.id}`, album: one.album || '', out: one.from?.id === user, messages: [one] });
}

function push(specs, spec) {
  specs.push(spec);
  return spec;
}

function signed(spec) {
  if (spec.messages) spec.sign = `${spec.out}${JSON.stringify(spec.messages)}`;
  return spec;
}

function runs(specs) {
  specs.forEach((spec, at) => {
    spec.first = !sameRun(specs[at - 1], spec);
    spec.tail = !sameRun(spec, specs[at + 1]);
  });
  return specs;
}

function sameRun(one, other) {
  if (one?.kind !== 'message' || other?.kind !== 'message') return false;
  const last = one.messages[one.messages.length - 1];
  return last.from?.id === other.messages[0].from?.id && other.messages[0].date - last.date < runMillis;
}
