// table[data-rows]: J/K, X, Enter, a click anywhere on the row, shift-click for a range.
// Where a page has no such table, J and K go to [data-next] and [data-prev].
import { isOurKey, on } from './dom.js';

const CONTROL = 'a, button, input, label, select, textarea, summary, [role=button]';
let anchor = null;

const rowsOf = (table) => [...table.querySelectorAll('tbody tr:not(.k-gap)')].filter((row) => row.offsetParent !== null);
const linkOf = (row) => row?.querySelector('a[href]');
const boxOf = (row) => row?.querySelector('.k-check input[type=checkbox]');

function mark(row) {
  for (const other of document.querySelectorAll('[data-rows] tr.is-at')) other.classList.remove('is-at');
  row?.classList.add('is-at');
}

function step(table, by) {
  const rows = rowsOf(table);
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.classList.contains('is-at'));
  const row = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + by, 0), rows.length - 1)];
  // Focus follows, so that a screen reader says the row and Enter needs no help of ours.
  linkOf(row)?.focus({ preventScroll: true });
  mark(row);
  row.scrollIntoView({ block: 'nearest' });
}

function check(box, checked) {
  if (!box || box.checked === checked) return;
  box.checked = checked;
  box.dispatchEvent(new Event('change', { bubbles: true }));
}

document.addEventListener('keydown', (event) => {
  if (!isOurKey(event) || event.shiftKey) return;
  const key = event.key.toLowerCase();
  const table = document.querySelector('table[data-rows]');
  if (key === 'j' || key === 'k') {
    if (table) step(table, key === 'j' ? 1 : -1);
    else document.querySelector(key === 'j' ? 'a[data-next][href]' : 'a[data-prev][href]')?.click();
    return;
  }
  const row = table?.querySelector('tr.is-at');
  if (key === 'x' && boxOf(row)) check(boxOf(row), !boxOf(row).checked);
  else if (key === 'enter' && row && !event.target.closest(CONTROL)) linkOf(row)?.click();
  else return;
  event.preventDefault();
});

on('focusin', '[data-rows] tbody tr:not(.k-gap)', (event, row) => mark(row));

on('click', '[data-rows] tbody tr:not(.k-gap)', (event, row) => {
  if (event.target.closest(CONTROL) || String(getSelection())) return;
  const link = linkOf(row);
  if (!link) return;
  if (event.ctrlKey || event.metaKey) window.open(link.href, '_blank', 'noopener');
  else link.click();
});

on('click', '[data-rows] .k-check input[type=checkbox]:not([data-all])', (event, box) => {
  const rows = rowsOf(box.closest('table'));
  const here = rows.indexOf(box.closest('tr'));
  const from = rows.indexOf(anchor);
  if (event.shiftKey && from >= 0) {
    for (const row of rows.slice(Math.min(from, here), Math.max(from, here) + 1)) check(boxOf(row), box.checked);
  }
  anchor = rows[here];
});
