// links.js follows what is tapped in a chat: commands, the bot's deep links, people, and addresses outside.

import { h } from './dom.js';
import { dialog } from './layers.js';

/** follow acts on a link as `user` in `chat`: ?start= becomes /start, ?startgroup= asks which group, the rest opens a tab. */
export function follow(app, href, user, chat) {
  const url = new URL(href, location.href);
  const person = url.protocol === 'tg:' ? Number(url.searchParams.get('id')) : 0;
  if (person) return app.desk.people.has(person) ? app.openChat(person) : undefined;
  if (!isBot(app, url)) return url.protocol === 'tg:' ? undefined : void window.open(url.href, '_blank', 'noopener');
  if (url.searchParams.has('startgroup')) return chooseGroup(app, url.searchParams.get('startgroup'), user);
  const code = url.searchParams.get('start');
  app.send(user, user, code ? `/start ${code}` : '/start');
  if (chat !== user) app.openChat(user);
  return undefined;
}

function isBot(app, url) {
  const name = app.desk.bot.username.toLowerCase();
  if (url.protocol === 'tg:') return (url.searchParams.get('domain') || '').toLowerCase() === name;
  const hosts = ['t.me', 'www.t.me', 'telegram.me'];
  return hosts.includes(url.hostname) && url.pathname.split('/')[1]?.toLowerCase() === name;
}

function chooseGroup(app, code, user) {
  const groups = [...app.desk.groups.values()];
  const close = dialog(app.t('page.choose_group'), app.t, h('div', { class: 'choices' },
    groups.length ? groups.map((group) => h('button', { type: 'button', class: 'choice', 'data-group': group.id, onclick: () => {
      close();
      app.post('groups/addbot', { group: group.id, by: user, start: code });
      app.openChat(group.id);
    } }, group.title)) : h('p', { class: 'muted' }, app.t('page.no_groups'))));
}

/** tapLinks makes a message's links, commands, spoilers and code act. One listener serves a whole thread. */
export function tapLinks(app, who) {
  return (event) => {
    const spoiler = event.target.closest('.spoiler');
    if (spoiler) return void spoiler.classList.toggle('shown');
    const code = event.target.closest('.text code, .text pre');
    if (code && !event.target.closest('a')) return void app.copy(code.textContent);
    const link = event.target.closest('.text a');
    if (!link) return undefined;
    event.preventDefault();
    const { user, chat } = who();
    if (link.dataset.command) return void app.send(user, chat, link.dataset.command);
    return follow(app, link.href, user, chat);
  };
}
