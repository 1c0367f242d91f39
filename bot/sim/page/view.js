// view.js is what the visitor looks at: open phones, pins, focus, tabs and read marks. It is kept in localStorage.

const store = 'guiwei.view.1';
const narrow = 760;
const phoneWidth = 282;

export class View {
  constructor() {
    Object.assign(this, { open: [], focus: 0, screen: 'chat', tab: 'cheats', drawer: true, read: {}, actors: {}, seenInbox: 0, touches: 0 });
    try {
      Object.assign(this, JSON.parse(localStorage.getItem(store) || '{}'));
    } catch {
      localStorage.removeItem(store);
    }
  }

  save() {
    const { open, focus, screen, tab, drawer, read, actors, seenInbox, touches } = this;
    try {
      localStorage.setItem(store, JSON.stringify({ open, focus, screen, tab, drawer, read, actors, seenInbox, touches }));
    } catch {
      // A full or forbidden store costs only the memory of which phones were open.
    }
  }

  /** settle drops phones that are gone and, when none is left, opens the story's three. */
  settle(desk) {
    this.open = this.open.filter((slot) => known(desk, slot.chat));
    if (!this.open.length) this.open = firstChats(desk).map((chat, at) => ({ chat, pinned: false, touched: -at }));
    if (!this.open.some((slot) => slot.chat === this.focus)) this.focus = this.open[0]?.chat || 0;
    for (const [chat, list] of desk.chats) {
      const newest = list.length ? list[list.length - 1].id : 0;
      if ((this.read[chat] || 0) > newest) this.read[chat] = newest;
    }
    const newestInbox = Math.max(0, ...desk.inbox.map((item) => item.id));
    this.seenInbox = Math.min(this.seenInbox, newestInbox);
    this.save();
  }

  get isNarrow() {
    return window.innerWidth < narrow;
  }

  /** room is how many phones fit side by side. */
  room(width) {
    return this.isNarrow ? 1 : Math.max(1, Math.min(3, Math.floor(width / phoneWidth)));
  }

  /** shown lists the phones there is room for: the focused, the pinned, then the last used, in their order on the desk. */
  shown(width) {
    const ranked = [...this.open].sort((one, other) => rank(other, this.focus) - rank(one, this.focus)).slice(0, this.room(width));
    return this.open.filter((slot) => ranked.includes(slot));
  }

  /** show opens a phone; without room it takes the place of the one not pinned and longest unused. */
  show(chat, shownNow, room) {
    this.screen = 'chat';
    let slot = this.open.find((one) => one.chat === chat);
    if (slot && (this.isNarrow || shownNow.includes(slot))) return this.touch(chat);
    slot = slot || { chat, pinned: false, touched: 0 };
    this.open = this.open.filter((one) => one !== slot);
    const victim = shownNow.length >= room && !this.isNarrow ? lowest(shownNow) : null;
    if (victim) this.open.splice(this.open.indexOf(victim), 1, slot);
    else this.open.push(slot);
    if (this.open.length > 3) this.open.splice(this.open.indexOf(lowest(this.open.filter((one) => one !== slot))), 1);
    return this.touch(chat);
  }

  touch(chat) {
    this.focus = chat;
    const slot = this.open.find((one) => one.chat === chat);
    if (slot) slot.touched = ++this.touches;
    this.save();
  }

  close(chat) {
    if (this.open.length < 2) return;
    this.open = this.open.filter((slot) => slot.chat !== chat);
    if (this.focus === chat) this.focus = this.open[0].chat;
    this.save();
  }

  /** move follows a group to the id it has as a supergroup. */
  move(chat, to) {
    for (const slot of this.open) if (slot.chat === chat) slot.chat = to;
    if (this.focus === chat) this.focus = to;
    if (this.actors[chat]) this.actors[to] = this.actors[chat];
    this.save();
  }

  pin(chat) {
    const slot = this.open.find((one) => one.chat === chat);
    if (slot) slot.pinned = !slot.pinned;
    this.save();
  }

  /** actor is who acts in a chat: the phone's owner; in a group the chosen member, else the first whose work it is. */
  actor(desk, chat) {
    if (chat > 0) return chat;
    const { members = [], kind = '' } = desk.groups.get(chat) || {};
    if (members.includes(this.actors[chat])) return this.actors[chat];
    return members.find((id) => `${desk.people.get(id)?.role}s` === kind) || members[0] || 0;
  }

  act(chat, user) {
    this.actors[chat] = user;
    this.save();
  }

  unread(desk, chat) {
    const mark = this.read[chat] || 0;
    return desk.messages(chat).filter((message) => message.id > mark && (chat < 0 || message.from?.id !== chat)).length;
  }

  markRead(desk, chat) {
    const newest = desk.last(chat)?.id || 0;
    if ((this.read[chat] || 0) >= newest) return false;
    this.read[chat] = newest;
    this.save();
    return true;
  }

  unseen(desk) {
    return desk.inbox.filter((item) => item.id > this.seenInbox).length;
  }

  markInbox(desk) {
    const newest = Math.max(0, ...desk.inbox.map((item) => item.id));
    if (newest <= this.seenInbox) return;
    this.seenInbox = newest;
    this.save();
  }
}

function rank(slot, focus) {
  return (slot.chat === focus ? 2e12 : 0) + (slot.pinned ? 1e12 : 0) + slot.touched;
}

function lowest(slots) {
  return [...slots].sort((one, other) => rank(one, 0) - rank(other, 0))[0];
}

function known(desk, chat) {
  return desk.people.has(chat) || desk.groups.has(chat);
}

function firstChats(desk) {
  const groups = [...desk.groups.values()];
  const student = desk.people.has(42) ? 42 : [...desk.people.values()].find((person) => person.role === 'student')?.id;
  const reviewers = groups.find((group) => group.kind === 'reviewers')?.id;
  const reviewer = desk.people.has(7) ? 7 : [...desk.people.values()].find((person) => person.role === 'reviewer')?.id;
  return [student, reviewers, reviewer].filter((chat) => chat !== undefined);
}
