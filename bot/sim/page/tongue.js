// tongue.js chooses the page's language: the one the visitor picked, else the browser's. Phones on the page follow it.

import { h, icon } from './dom.js';
import { post } from './wire.js';

const picked = 'guiwei.language';
const begun = 'guiwei.begun';

/** spoken is the code of the language that the server's texts are in now, or "". */
export function spoken({ tongues = [] }) {
  return tongues.find((tongue) => tongue.spoken)?.code || '';
}

/** nearest finds the page's language for a browser's list of them: Traditional for Taiwan, Hong Kong and Macau. */
export function nearest(tongues, wanted) {
  const has = (code) => tongues.some((tongue) => tongue.code === code);
  for (const tag of wanted.map((each) => each.toLowerCase())) {
    const exact = tongues.find((tongue) => tongue.code.toLowerCase() === tag);
    if (exact) return exact.code;
    const [base] = tag.split('-');
    const chinese = /-(hant|tw|hk|mo)/.test(tag) && !tag.includes('-hans') ? 'zh-Hant' : 'zh-Hans';
    if (base === 'zh' && has(chinese)) return chinese;
    if (has(base)) return base;
  }
  return has('en') ? 'en' : tongues[0]?.code || '';
}

/** greet answers the language to change to when this tab meets this run of the demo for the first time, else "". */
export function greet(told) {
  const { tongues = [] } = told;
  if (!tongues.length || sessionStorage.getItem(begun) === told.begun) return '';
  sessionStorage.setItem(begun, told.begun);
  const own = localStorage.getItem(picked);
  const wanted = tongues.some((tongue) => tongue.code === own) ? own : nearest(tongues, navigator.languages || []);
  return wanted === spoken(told) ? '' : wanted;
}

/** pick is the switch. Everybody who looks at this demo sees the change. */
export function pick(app) {
  const { desk, t } = app;
  if (desk.tongues.length < 2) return null;
  const choose = (event) => {
    localStorage.setItem(picked, event.target.value);
    void app.post('speak', { language: event.target.value });
  };
  return h('label', { class: 'tongue', title: t('page.language') }, icon('globe'),
    h('select', { 'data-tongue': true, 'aria-label': t('page.language'), onchange: choose },
      desk.tongues.map(({ code, name }) => h('option', { value: code, lang: code, selected: code === spoken(desk) || null }, name))));
}
