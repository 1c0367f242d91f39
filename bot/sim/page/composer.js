// composer.js is where a person writes: the text, who acts, what is answered or edited, the reply keyboard, attachments.

import { fill, h, icon, iconButton } from './dom.js';
import { plain } from './safe.js';
import { inOrder } from './wire.js';
import { summary } from './bubble.js';
import { menu } from './layers.js';
import { pasted, sampleButtons, sendFiles } from './attach.js';

const maxRows = 6;

export class Composer {
  constructor(app, chat, who) {
    Object.assign(this, { app, chat, who, editing: null, replying: null, folded: false, used: null, tray: false, order: inOrder() });
    this.bar = h('div', { class: 'bar', hidden: true });
    this.trayNode = h('div', { class: 'tray', hidden: true });
    this.board = h('div', { class: 'board', hidden: true });
    this.actor = h('div', { class: 'actor', hidden: true });
    this.input = h('textarea', {
      'data-input': true, rows: '1', placeholder: app.t('page.type'), 'aria-label': app.t('page.type'), autocomplete: 'off', enterkeyhint: 'send',
      onkeydown: (event) => this.key(event), oninput: () => this.grow(), onpaste: (event) => pasted(app, event, who),
    });
    this.toggle = iconButton('keyboard', app.t('page.keyboard'), { class: 'board-toggle', 'data-keyboard': true, onclick: () => this.fold() });
    this.toggle.hidden = true;
    this.line = h('div', { class: 'line' }, this.attachButton(), h('div', { class: 'field' }, this.input, this.toggle),
      iconButton('send', app.t('page.send'), { class: 'send', 'data-send': true, type: 'submit' }));
    this.stop = h('button', { type: 'button', class: 'unblock', 'data-unblock': chat, hidden: true, onclick: () => app.block(chat, false) });
    this.node = h('form', { class: 'composer', onsubmit: (event) => { event.preventDefault(); this.send(); } },
      this.bar, this.trayNode, this.board, this.actor, this.line, this.stop, this.files('photo'), this.files('document'));
  }

  render() {
    const { app, chat } = this;
    const { user } = this.who();
    const blocked = app.desk.blocked.has(chat);
    this.stop.hidden = !blocked;
    this.line.hidden = blocked;
    this.stop.textContent = `${app.t('page.blocked_note')} · ${app.t('page.unblock')}`;
    this.renderBoard(user, blocked);
    this.renderActor(user);
    this.renderBar();
    this.renderTray();
  }

  renderBoard(user, blocked) {
    const { app, chat } = this;
    const board = app.desk.keyboard(user, chat);
    if (board !== this.known) Object.assign(this, { known: board, folded: false });
    this.toggle.hidden = !board;
    this.toggle.setAttribute('aria-expanded', String(Boolean(board) && !this.folded));
    this.board.hidden = !board || this.folded || blocked;
    fill(this.board, JSON.stringify(board), () => (board?.rows || []).map((line) => h('div', { class: 'key-line' }, line.map((button) => this.rkb(button, board)))));
  }

  rkb(button, board) {
    const { app } = this;
    const press = () => {
      const { user, chat } = this.who();
      if (button.contact) this.order(() => app.post('contact', { user, chat }));
      else this.order(() => app.send(user, chat, button.text));
      if (board.one_time) this.fold(true);
    };
    return h('button', { type: 'button', class: 'rkb', 'data-act': button.text, onclick: press }, button.contact ? icon('contact') : null, button.text);
  }

  renderActor(user) {
    const { app, chat } = this;
    this.actor.hidden = chat > 0;
    if (chat > 0) return;
    const members = app.desk.groups.get(chat)?.members || [];
    fill(this.actor, JSON.stringify([user, members, members.map((id) => app.desk.person(id))]), () => {
      if (!members.length) return h('span', {}, app.t('page.no_members'));
      const select = h('select', { 'data-actor': chat, onchange: () => app.act(chat, Number(select.value)) },
        members.map((id) => h('option', { value: String(id), selected: id === user }, app.desk.person(id))));
      return h('label', {}, h('span', {}, app.t('page.act_as')), select, h('span', {}, app.t('page.act_as_end')));
    });
  }

  renderBar() {
    const { app } = this;
    const one = this.editing || this.replying;
    this.bar.hidden = !one;
    fill(this.bar, JSON.stringify([one?.id, Boolean(this.editing)]), () => one && [
      icon(this.editing ? 'edit' : 'reply'),
      h('div', { class: 'bar-words' }, h('b', {}, this.editing ? app.t('page.editing') : app.t('page.replying', one.from?.name || '')), h('span', {}, summary(app.t, one))),
      iconButton('close', app.t('page.cancel'), { onclick: () => this.cancel() }),
    ]);
  }

  renderTray() {
    this.trayNode.hidden = !this.tray;
    if (!this.tray) return void fill(this.trayNode, '', () => []);
    fill(this.trayNode, JSON.stringify(this.app.desk.photos), () => sampleButtons(this.app, this.who, () => { this.tray = false; }));
  }

  key(event) {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      this.send();
    } else if (event.key === 'Escape') this.cancel();
    else if (event.key === 'ArrowUp' && !this.input.value) this.editLast(event);
  }

  editLast(event) {
    const { user } = this.who();
    const own = this.app.desk.messages(this.chat).filter((one) => one.from?.id === user && one.text_html);
    if (!own.length) return;
    event.preventDefault();
    this.edit(own[own.length - 1]);
  }

  edit(one) {
    this.editing = one;
    this.replying = null;
    this.set(plain(one.text_html));
    this.render();
  }

  reply(one) {
    this.replying = one;
    if (this.editing) this.cancel();
    this.replying = one;
    this.render();
    this.input.focus();
  }

  cancel() {
    if (this.editing) this.set('');
    this.editing = null;
    this.replying = null;
    this.tray = false;
    this.render();
  }

  /** set puts text into the input, cursor at its end. */
  set(text) {
    this.input.value = text;
    this.grow();
    this.input.focus();
    this.input.setSelectionRange(text.length, text.length);
  }

  /** insert puts text where the cursor is. */
  insert(text) {
    this.input.setRangeText(text, this.input.selectionStart, this.input.selectionEnd, 'end');
    this.grow();
    this.input.focus();
    this.input.parentNode.animate?.([{ boxShadow: '0 0 0 4px color-mix(in srgb, var(--accent) 35%, transparent)' }, {}], 600);
  }

  send() {
    const text = this.input.value.trim();
    const { app, editing, replying } = this;
    const { user, chat } = this.who();
    if (!text || !user) return undefined;
    this.input.value = '';
    this.grow();
    this.editing = null;
    this.replying = null;
    this.renderBar();
    const job = editing
      ? () => app.post('edit', { user, chat, message_id: editing.id, text }, true)
      : () => app.post('send', { user, chat, text, reply_to: replying?.id || 0 }, true);
    return this.order(job).catch(() => { if (!this.input.value) this.set(text); });
  }

  grow() {
    const lines = Math.min(maxRows, this.input.value.split('\n').length);
    this.input.style.setProperty('height', 'auto');
    const height = Math.max(this.input.scrollHeight, lines * 22 + 18);
    this.input.style.setProperty('height', `${Math.min(height, maxRows * 22 + 18)}px`);
    this.node.classList.toggle('written', Boolean(this.input.value.trim()));
  }

  fold(folded = !this.folded) {
    this.folded = folded;
    this.render();
  }

  attachButton() {
    const { app } = this;
    const button = iconButton('attach', app.t('page.attach'), { 'aria-haspopup': 'menu', 'data-attach': true });
    button.addEventListener('click', () => menu(button, [
      { icon: 'camera', label: app.t('page.as_photo'), name: 'as-photo', run: () => this.node.querySelector('[data-attach-photo]').click() },
      { icon: 'file', label: app.t('page.as_file'), name: 'as-file', run: () => this.node.querySelector('[data-attach-file]').click() },
      { icon: 'grid', label: app.t('page.photos'), name: 'samples', run: () => { this.tray = !this.tray; this.render(); } },
      this.chat > 0 && { icon: 'contact', label: app.t('page.share_contact'), name: 'contact', run: () => app.post('contact', this.who()) },
    ]));
    return button;
  }

  files(as) {
    const { app } = this;
    const picked = async (event) => {
      const files = [...event.target.files];
      const caption = this.input.value.trim();
      event.target.value = '';
      if (!files.length) return;
      this.input.value = '';
      this.grow();
      await this.order(() => sendFiles(app, this.who(), files, as, caption)).catch(() => this.set(caption));
    };
    const attribute = as === 'photo' ? 'data-attach-photo' : 'data-attach-file';
    return h('input', { type: 'file', multiple: true, class: 'unseen', tabindex: '-1', accept: as === 'photo' ? 'image/*' : null, [attribute]: true, 'aria-label': app.t(as === 'photo' ? 'page.as_photo' : 'page.as_file'), onchange: picked });
  }
}
