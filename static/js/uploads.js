// input[data-limit]: files too large for one sending are told beside their field before anything is sent. The
// server could only refuse the whole form, and with it what was typed.
import { on } from './dom.js';

const sizeOf = (input) => [...input.files].reduce((sum, file) => sum + file.size, 0);

function tell(input, text) {
  const id = `${input.id}-limit`;
  const told = document.getElementById(id);
  if (!text && !told) return;
  const others = (input.getAttribute('aria-describedby') ?? '').split(' ').filter((name) => name && name !== id);
  told?.remove();
  if (text) {
    const line = Object.assign(document.createElement('p'), { id, className: 'k-err', textContent: text });
    line.setAttribute('role', 'alert');
    input.after(line);
    others.push(id);
    input.setAttribute('aria-invalid', 'true');
  } else input.removeAttribute('aria-invalid');
  if (others.length) input.setAttribute('aria-describedby', others.join(' '));
  else input.removeAttribute('aria-describedby');
}

// All files of a form travel together: told is the field that makes it too much.
function firstWrong(form) {
  let sum = 0, first = null;
  for (const input of form.querySelectorAll('input[type=file][data-limit]')) {
    const size = sizeOf(input);
    sum += size;
    const wrong = size > 0 && sum > Number(input.dataset.limit);
    tell(input, wrong ? input.dataset.tooLarge : '');
    if (wrong) first ??= input;
  }
  return first;
}

on('change', 'input[type=file][data-limit]', (event, input) => firstWrong(input.form));

// Before anybody else hears of it: nothing is sent, so nothing stops saving or waits for an answer.
document.addEventListener('submit', (event) => {
  const wrong = firstWrong(event.target);
  if (!wrong) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  for (let fold = wrong.closest('details'); fold; fold = fold.parentElement.closest('details')) fold.open = true;
  wrong.focus();
}, { capture: true });
