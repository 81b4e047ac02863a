// The palette: Ctrl+K or "/" from anywhere; GET /search?q=… answers role=option rows with data-href.
import { isOurKey, on } from './dom.js';

const dialog = document.getElementById('palette');
const input = dialog?.querySelector('input');
const list = dialog?.querySelector('[role=listbox]');
const status = dialog?.querySelector('[role=status]');
let timer, request;

const options = () => [...list.querySelectorAll('[role=option]')];
const current = () => list.querySelector('[aria-selected=true]');

function open() {
  if (!dialog || dialog.open) return;
  dialog.showModal();
  input.select();
  search();
}

function say(text) {
  status.textContent = text;
  status.hidden = !text;
}

function select(option) {
  current()?.setAttribute('aria-selected', 'false');
  if (!option) return input.removeAttribute('aria-activedescendant');
  option.id ||= `palette-${options().indexOf(option)}`;
  option.setAttribute('aria-selected', 'true');
  option.scrollIntoView({ block: 'nearest' });
  input.setAttribute('aria-activedescendant', option.id);
}

async function search() {
  request?.abort();
  request = new AbortController();
  const url = `${dialog.dataset.url}?q=${encodeURIComponent(input.value.trim())}`;
  try {
    const answer = await fetch(url, { signal: request.signal, headers: { 'HX-Request': 'true' } });
    if (answer.redirected) return location.reload();  // signed out meanwhile
    if (!answer.ok) throw new Error(answer.status);
    list.innerHTML = await answer.text();
    select(options()[0]);
    say(options().length || !input.value.trim() ? '' : status.dataset.none);
  } catch (error) {
    if (error.name === 'AbortError') return;
    list.replaceChildren();
    select(null);
    say(dialog.dataset.failed);
  }
}

function go(option, newTab) {
  if (!option?.dataset.href) return;
  if (newTab) return void window.open(option.dataset.href, '_blank', 'noopener');
  dialog.close();
  location.assign(option.dataset.href);
}

function move(step) {
  const all = options();
  if (all.length) select(all[(all.indexOf(current()) + step + all.length) % all.length]);
}

on('click', '[data-palette]', (event) => {
  if (!dialog || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  open();
});

document.addEventListener('keydown', (event) => {
  const chord = event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
  if (!dialog || !(chord || (event.key === '/' && isOurKey(event)))) return;
  event.preventDefault();
  if (!document.querySelector('dialog[open]')) open();
});

if (dialog) {
  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(search, 120);
  });
  input.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    if (event.key === 'ArrowDown') move(1);
    else if (event.key === 'ArrowUp') move(-1);
    else if (event.key === 'Enter') go(current(), event.ctrlKey || event.metaKey);
    else return;
    event.preventDefault();
  });
  list.addEventListener('pointermove', (event) => {
    const option = event.target.closest('[role=option]');
    if (option && option !== current()) select(option);
  });
  list.addEventListener('click', (event) => go(event.target.closest('[role=option]'), event.ctrlKey || event.metaKey));
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
}
