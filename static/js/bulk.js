// form[data-bulk]: the bar appears with the first ticked row; Esc and [data-clear] untick all.
import { isOurKey, on, onLoad } from './dom.js';

const boxesOf = (form) => [...form.querySelectorAll('tbody .k-check input[type=checkbox]')];

function refresh(form) {
  const boxes = boxesOf(form);
  const ticked = boxes.filter((box) => box.checked).length;
  for (const box of boxes) box.closest('tr').classList.toggle('is-on', box.checked);
  const all = form.querySelector('input[data-all]');
  if (all) {
    all.checked = ticked > 0 && ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  }
  const bar = form.querySelector('.k-bulk');
  if (!bar) return;
  bar.classList.toggle('is-shown', ticked > 0);
  const output = bar.querySelector('output');
  output.textContent = ticked ? output.dataset.text.replace('{n}', ticked) : '';
}

function tickAll(form, ticked) {
  for (const box of boxesOf(form)) box.checked = ticked;
  refresh(form);
}

on('change', 'form[data-bulk] .k-check input', (event, box) => {
  const form = box.closest('form');
  if ('all' in box.dataset) tickAll(form, box.checked);
  else refresh(form);
});

on('click', 'form[data-bulk] [data-clear]', (event, button) => tickAll(button.closest('form'), false));

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector('dialog[open]')) return;
  for (const form of document.querySelectorAll('form[data-bulk]')) tickAll(form, false);
});

// A button of the bar may have a key of its own: [data-key=a], once something is ticked.
document.addEventListener('keydown', (event) => {
  if (!isOurKey(event) || event.shiftKey) return;
  const key = event.key.toLowerCase();
  const button = [...document.querySelectorAll('.k-bulk.is-shown [data-key]')].find((b) => b.dataset.key === key);
  if (!button) return;
  event.preventDefault();
  button.click();
});

const refreshAll = () => document.querySelectorAll('form[data-bulk]').forEach(refresh);
onLoad(refreshAll);
addEventListener('pageshow', refreshAll);
