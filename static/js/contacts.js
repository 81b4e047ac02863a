// Rows that can be added and removed: names count up as contacts-0-…, contacts-1-…; gaps are allowed.
import { on } from './dom.js';

const ATTRIBUTES = ['name', 'id', 'for', 'aria-describedby', 'aria-labelledby'];
const rowsOf = (box) => [...box.querySelectorAll('[data-row]')];

function nextNumber(box, prefix) {
  const numbers = [...box.querySelectorAll(`[name^="${prefix}-"]`)]
    .map((input) => Number(input.name.slice(prefix.length + 1).split('-')[0]))
    .filter(Number.isInteger);
  return Math.max(-1, ...numbers) + 1;
}

function settle(box) {
  rowsOf(box).forEach((row, index) => {
    const number = row.querySelector('[data-number]');
    if (number) number.textContent = index + 1;
  });
  // The form has changed though nobody typed: drafts and counters want to know.
  box.dispatchEvent(new Event('input', { bubbles: true }));
}

function addRow(box, number) {
  const prefix = box.dataset.rowsOf;
  const piece = box.querySelector('template').content.cloneNode(true);
  for (const element of piece.querySelectorAll('*')) {
    for (const name of ATTRIBUTES) {
      const value = element.getAttribute(name);
      if (value) element.setAttribute(name, value.replaceAll(`${prefix}-N-`, `${prefix}-${number}-`));
    }
  }
  const row = piece.firstElementChild;
  const last = rowsOf(box).at(-1);
  if (last) last.after(piece);
  else box.prepend(piece);
  window.htmx?.process(row);
  return row;
}

/** Lets a form have the rows whose names `names` has, as a draft that comes back needs them. */
export function matchRows(form, names) {
  for (const box of form.querySelectorAll('[data-rows-of]')) {
    const prefix = `${box.dataset.rowsOf}-`;
    const numberOf = (name) => (name.startsWith(prefix) ? parseInt(name.slice(prefix.length), 10) : NaN);
    const wanted = new Set(names.map(numberOf).filter(Number.isInteger));
    if (!wanted.size) continue;
    for (const row of rowsOf(box)) {
      const number = numberOf(row.querySelector('[name]').name);
      if (!wanted.delete(number)) row.remove();
    }
    for (const number of wanted) addRow(box, number);
    settle(box);
  }
}

on('click', '[data-add-row]', (event, button) => {
  const box = document.querySelector(`[data-rows-of="${button.dataset.addRow}"]`);
  const row = addRow(box, nextNumber(box, box.dataset.rowsOf));
  settle(box);
  row.querySelector('input:not([type=hidden]), select, textarea')?.focus();
});

on('click', '[data-remove-row]', (event, button) => {
  const box = button.closest('[data-rows-of]');
  const row = button.closest('[data-row]');
  const neighbour = row.nextElementSibling?.matches('[data-row]') ? row.nextElementSibling : row.previousElementSibling;
  row.remove();
  settle(box);
  (neighbour?.querySelector('input, select, textarea') ?? document.querySelector(`[data-add-row="${box.dataset.rowsOf}"]`))?.focus();
});
