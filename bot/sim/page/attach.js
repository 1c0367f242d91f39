// attach.js sends pictures and files: chosen, pasted, dropped, or taken from the tray of samples.

import { h } from './dom.js';

const most = 10;
const sampleType = 'application/x-guiwei-sample';

/** sendFiles posts up to ten files as photos or documents; several go as one album. */
export function sendFiles(app, { user, chat }, files, as, caption = '') {
  if (files.length > most) {
    app.say(app.t('page.too_many'));
    return Promise.resolve();
  }
  const form = new FormData();
  for (const [name, value] of Object.entries({ user, chat, as, caption, album: files.length > 1 ? '1' : '0' })) form.append(name, String(value));
  for (const file of files) form.append('file', file, file.name || 'image.png');
  return app.post('attach', form, true);
}

/** sendSamples asks the server to send its own sample pictures. */
export function sendSamples(app, { user, chat }, names) {
  return app.post('sample', { user, chat, names, as: app.sampleAs });
}

/** pasted sends a picture from the clipboard as a photo; pasted text stays text. */
export function pasted(app, event, who) {
  const images = [...(event.clipboardData?.files || [])].filter((file) => file.type.startsWith('image/'));
  if (!images.length) return;
  event.preventDefault();
  sendFiles(app, who(), images, 'photo').catch(() => {});
}

/** acceptDrops lets files and samples be dropped on a phone, on its photo half or its file half. */
export function acceptDrops(app, node, who) {
  const veil = h('div', { class: 'veil', hidden: true },
    h('div', { class: 'veil-half', 'data-as': 'photo' }, app.t('page.drop_photo')), h('div', { class: 'veil-half', 'data-as': 'document' }, app.t('page.drop_file')));
  node.append(veil);
  const carries = (event) => ['Files', sampleType].some((type) => event.dataTransfer?.types.includes(type));
  node.addEventListener('dragover', (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    veil.hidden = false;
    const half = event.target.closest?.('.veil-half');
    for (const each of veil.children) each.classList.toggle('over', each === half);
  });
  node.addEventListener('dragleave', (event) => { if (!node.contains(event.relatedTarget)) veil.hidden = true; });
  node.addEventListener('drop', (event) => {
    veil.hidden = true;
    if (!carries(event)) return;
    event.preventDefault();
    const as = event.target.closest?.('.veil-half')?.dataset.as || 'photo';
    dropped(app, event.dataTransfer, who(), as);
  });
}

function dropped(app, transfer, { user, chat }, as) {
  app.focus(chat);
  const sample = transfer.getData(sampleType);
  if (sample) return app.post('sample', { user, chat, names: [sample], as });
  return sendFiles(app, { user, chat }, [...transfer.files], as).catch(() => {});
}

/** sampleButtons draws the samples; a press sends one, or marks it while several are being chosen for an album. */
export function sampleButtons(app, who, sent = () => {}) {
  const chosen = [];
  const grid = h('div', { class: 'samples' });
  const send = h('button', { type: 'button', class: 'primary', hidden: true, 'data-send-album': true, onclick: () => go([...chosen]) });
  const many = h('input', { type: 'checkbox', 'data-album': true, onchange: () => mark() });
  const as = h('select', { 'data-sample-as': true, 'aria-label': app.t('page.attach'), onchange: () => { app.sampleAs = as.value; } },
    [['photo', 'page.photo'], ['document', 'page.file']].map(([value, key]) => h('option', { value, selected: value === app.sampleAs }, app.t(key))));
  const go = (names) => {
    sendSamples(app, who(), names);
    chosen.length = 0;
    mark();
    sent();
    app.schedule();
  };
  const mark = () => {
    if (!many.checked) chosen.length = 0;
    for (const button of grid.children) button.dataset.order = chosen.includes(button.dataset.sample) ? chosen.indexOf(button.dataset.sample) + 1 : '';
    send.hidden = !chosen.length;
    send.textContent = app.t('page.send_album', chosen.length);
  };
  const press = (name) => {
    if (!many.checked) return go([name]);
    if (chosen.includes(name)) chosen.splice(chosen.indexOf(name), 1);
    else if (chosen.length < most) chosen.push(name);
    return mark();
  };
  grid.append(...app.desk.photos.map((photo) => sample(photo, press)));
  return [h('div', { class: 'sample-tools' }, as, h('label', {}, many, app.t('page.album')), send), grid];
}

function sample(photo, press) {
  const start = (event) => {
    event.dataTransfer.setData(sampleType, photo.name);
    event.dataTransfer.effectAllowed = 'copy';
  };
  return h('button', { type: 'button', class: 'sample', 'data-sample': photo.name, draggable: 'true', title: photo.label || photo.name, onclick: () => press(photo.name), ondragstart: start },
    h('img', { src: photo.url, alt: '', loading: 'lazy', draggable: 'false' }), h('span', {}, photo.label || photo.name));
}
