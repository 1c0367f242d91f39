// desk.js is what the page knows: people, groups, messages, inbox, as /sim/state told it and each event changed it.

const actionMillis = 5000;

export class Desk {
  constructor() {
    this.seq = 0;
    this.texts = {};
    this.tongues = [];
    this.begun = '';
    this.bot = { id: 0, username: '', name: '归位' };
    this.people = new Map();
    this.groups = new Map();
    this.photos = [];
    this.cheats = [];
    this.chats = new Map();
    this.ghosts = new Map();
    this.keyboards = new Map();
    this.actions = new Map();
    this.blocked = new Set();
    this.waiting = new Set();
    this.inbox = [];
  }

  /** load takes a whole state. What the state does not carry (deleted marks) stays, unless the server began anew. */
  load(state) {
    const anew = state.seq < this.seq;
    if (anew) for (const kept of [this.ghosts, this.keyboards, this.actions, this.blocked, this.waiting]) kept.clear();
    this.seq = state.seq || 0;
    this.texts = state.texts || {};
    this.tongues = state.tongues || [];
    this.begun = state.begun || '';
    this.bot = state.bot || this.bot;
    this.photos = state.photos || [];
    this.cheats = state.cheats || [];
    this.inbox = state.inbox || [];
    this.meet(state);
    this.chats = new Map();
    for (const [key, list] of Object.entries(state.chats || {})) this.chats.set(Number(key.split(':').pop()), sorted(list || []));
    if (state.reply_keyboards) this.keyboards.clear();
    for (const [chat, board] of Object.entries(state.reply_keyboards || {})) this.keep(Number(chat), Number(chat), board);
    return anew;
  }

  meet({ people, groups }) {
    if (people) this.people = new Map(people.map((person) => [person.id, person]));
    if (groups) this.groups = new Map(groups.map((group) => [group.id, group]));
    for (const person of people || []) {
      if (person.blocked === true) this.blocked.add(person.id);
      if (person.blocked === false) this.blocked.delete(person.id);
    }
  }

  /** apply changes the desk by one event and answers false when the event is an old one. */
  apply(event, seq) {
    if (seq && seq <= this.seq) return false;
    if (seq) this.seq = seq;
    const change = this[`on_${event.type}`];
    if (change) change.call(this, event);
    return true;
  }

  on_message({ chat, message }) {
    this.put(chat, message);
    if (message.from?.bot) this.actions.delete(chat);
  }

  on_edit({ chat, message }) {
    this.put(chat, message);
  }

  on_delete({ chat, message_id: id }) {
    const list = this.messages(chat);
    const at = list.findIndex((message) => message.id === id);
    if (at < 0) return;
    const [gone] = list.splice(at, 1);
    if (gone.from?.bot && !gone.photo && !gone.document) return; // the bot tidying up after itself is nothing to show
    if (!this.ghosts.has(chat)) this.ghosts.set(chat, new Map());
    this.ghosts.get(chat).set(id, gone.date);
  }

  on_reply_keyboard({ chat, user, keyboard }) {
    this.keep(user || chat, chat, keyboard);
  }

  on_action({ chat, action }) {
    this.actions.set(chat, { action, until: Date.now() + actionMillis });
  }

  on_inbox({ item }) {
    if (!this.inbox.some((known) => known.id === item.id)) this.inbox.push(item);
  }

  on_people(event) {
    this.meet(event);
  }

  on_tapped({ chat, message_id: id, data }) {
    this.waiting.delete(tapKey(chat, id, data));
  }

  on_blocked({ user, blocked }) {
    if (blocked) this.blocked.add(user);
    else this.blocked.delete(user);
  }

  put(chat, message) {
    const list = this.messages(chat);
    const at = list.findIndex((known) => known.id === message.id);
    if (at >= 0) list[at] = message;
    else if (!list.length || list[list.length - 1].id < message.id) list.push(message);
    else this.chats.set(chat, sorted([...list, message]));
  }

  keep(user, chat, keyboard) {
    const key = `${user}:${chat}`;
    if (keyboard?.rows?.length) this.keyboards.set(key, keyboard);
    else for (const gone of [key, `${chat}:${chat}`]) this.keyboards.delete(gone);
  }

  /** keyboard is the reply keyboard that `user` sees in `chat`: their own, else the one for everybody there. */
  keyboard(user, chat) {
    return this.keyboards.get(`${user}:${chat}`) || this.keyboards.get(`${chat}:${chat}`) || null;
  }

  /** action is what the bot is doing in a chat now ("typing", "upload_photo") or "". */
  action(chat) {
    const told = this.actions.get(chat);
    return told && told.until > Date.now() ? told.action : '';
  }

  messages(chat) {
    if (!this.chats.has(chat)) this.chats.set(chat, []);
    return this.chats.get(chat);
  }

  last(chat) {
    const list = this.messages(chat);
    return list[list.length - 1] || null;
  }

  /** title is how a chat is called in lists and headers. */
  title(chat) {
    if (chat < 0) return this.groups.get(chat)?.title || String(chat);
    return this.person(chat);
  }

  person(id) {
    const person = this.people.get(id);
    return person?.name || person?.first_name || String(id);
  }
}

/** tapKey names one inline button that waits for its answer. */
export function tapKey(chat, message, data) {
  return `${chat}/${message}/${data}`;
}

function sorted(list) {
  return [...list].sort((one, other) => one.id - other.id);
}
