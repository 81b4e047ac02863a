// form[data-draft-url] saves itself a moment after the last input. What did not reach the server (no network,
// signed out, the page left in mid-word) waits in sessionStorage and comes back with the page.
import { matchRows } from './contacts.js';
import { csrfToken, onLoad } from './dom.js';

const PAUSE = 1500;
const RETRY = 10000;
const states = new WeakMap();
const key = () => `draft:${location.pathname}`;
const SENT = 'draft-sent';  // the key of a form on its way
const formOf = (event) => event.target.closest?.('form[data-draft-url]');

function line(form, text, values = {}) {
  const target = form.querySelector('[data-draft-line]');
  if (!target) return;
  target.textContent = (target.dataset[text] ?? '').replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
  target.dataset.state = text;
}

// Files travel with the real submit only; a password is never kept.
function entries(form) {
  return [...new FormData(form)].filter(([name, value]) =>
    typeof value === 'string' && form.elements[name]?.type !== 'password');
}

function stash(form) {
  try {
    const typed = entries(form).filter(([name]) => name !== 'csrf_token');
    sessionStorage.setItem(key(), JSON.stringify({ version: form.elements.version?.value, typed }));
  } catch { /* no room: the page itself still holds it */ }
}

function plan(form, wait) {
  clearTimeout(states.get(form).timer);
  states.get(form).timer = setTimeout(() => save(form), wait);
}

function touch(form) {
  const state = states.get(form);
  state.dirty = true;
  state.edits += 1;
  line(form, 'unsaved');
  plan(form, PAUSE);
}

function accept(form, answer) {
  for (const [name, value] of Object.entries(answer)) {
    const input = form.elements[name];
    if (input?.type === 'hidden') input.value = value;
  }
  if (answer.url) history.replaceState(history.state, '', answer.url);
}

async function save(form) {
  const state = states.get(form);
  if (!state.dirty || state.stopped || !form.isConnected) return;
  if (state.request) return plan(form, PAUSE);
  const edits = state.edits;
  state.request = new AbortController();
  line(form, 'saving');
  try {
    const answer = await fetch(form.dataset.draftUrl, {
      method: 'POST', body: new URLSearchParams(entries(form)), signal: state.request.signal,
      headers: { 'X-CSRFToken': csrfToken(), Accept: 'application/json' },
    });
    if (answer.status === 409) return line(form, 'refused');
    // A redirect to the door, or a token of a session that is over: nothing was saved.
    if (answer.redirected || answer.status === 400) return signedOut(form);
    if (!answer.ok) throw new Error(answer.status);
    sessionStorage.removeItem(key());
    accept(form, await answer.json().catch(() => ({})));
    if (state.edits === edits) {
      state.dirty = false;
      line(form, answer.status === 204 ? '' : 'saved', { time: new Date().toLocaleTimeString('zh-CN', { hour12: false }) });
    } else plan(form, PAUSE);
  } catch (error) {
    if (error.name === 'AbortError') return;
    stash(form);
    line(form, 'failed');
    plan(form, RETRY);
  } finally {
    state.request = null;
  }
}

function signedOut(form) {
  stash(form);
  line(form, 'signedOut');
  plan(form, RETRY);
}

// Any page but the door or an error tells that what was sent has arrived.
function arrived() {
  const sent = sessionStorage.getItem(SENT);
  if (!sent) return;
  if (!document.querySelector('.k-door, .k-error')) sessionStorage.removeItem(sent);
  sessionStorage.removeItem(SENT);
}

function restore(form) {
  const kept = JSON.parse(sessionStorage.getItem(key()));
  if (!kept) return;
  // Where another window saved meanwhile, the server has to see that this text is older than that.
  if (kept.version && form.elements.version) form.elements.version.value = kept.version;
  matchRows(form, kept.typed.map(([name]) => name));
  for (const [name, value] of kept.typed) {
    const field = form.elements[name];
    if (!field || field.type === 'hidden') continue;
    if (field.type === 'checkbox') field.checked = true;
    else if ('value' in field) field.value = value;
  }
  touch(form);
  line(form, 'restored');
}

try { arrived(); } catch { /* storage is blocked */ }
onLoad(() => {
  for (const form of document.querySelectorAll('form[data-draft-url]')) {
    if (states.has(form)) continue;
    states.set(form, { dirty: false, stopped: false, edits: 0, timer: 0, request: null });
    // A refused form stands under the address that took it; a reload should find the draft.
    if (form.dataset.draftPage) history.replaceState(history.state, '', form.dataset.draftPage + location.hash);
    try { restore(form); } catch { /* storage is blocked or was written by another version */ }
  }
});

document.addEventListener('input', (event) => formOf(event) && touch(formOf(event)));
document.addEventListener('submit', (event) => {
  const state = formOf(event) && states.get(formOf(event));
  if (!state) return;
  state.stopped = true;
  state.request?.abort();
  if (!state.dirty) return;
  stash(formOf(event));
  try { sessionStorage.setItem(SENT, key()); } catch { /* storage is blocked */ }
});

// A look-up that finds nobody signed in does not take the page away from whoever writes on it.
document.addEventListener('htmx:beforeOnLoad', (event) => {
  const form = formOf(event);
  if (event.detail.xhr.status !== 401 || !form || !states.has(form)) return;
  event.preventDefault();
  signedOut(form);
});

// The submit did not leave the page (htmx showed errors, or the person came back): go on saving.
const drafts = () => [...document.querySelectorAll('form[data-draft-url]')].filter((form) => states.has(form));
const resume = () => drafts().forEach((form) => { states.get(form).stopped = false; });
document.addEventListener('htmx:afterRequest', resume);
addEventListener('pageshow', resume);
addEventListener('pagehide', () => drafts().forEach((form) => {
  if (states.get(form).dirty && !states.get(form).stopped) stash(form);
}));
addEventListener('online', () => drafts().forEach(save));
addEventListener('beforeunload', (event) => {
  if (drafts().some((form) => states.get(form).dirty && !states.get(form).stopped)) event.preventDefault();
});
