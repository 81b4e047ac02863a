// Chapters open for the address bar, for the error summary and for their own errors; the rail follows the reader.
import { on, onLoad } from './dom.js';

const chapterOf = (step) => document.getElementById(step.querySelector('a').hash.slice(1));

function show(id) {
  const target = id && document.getElementById(decodeURIComponent(id));
  if (!target) return null;
  for (let fold = target.closest('details'); fold; fold = fold.parentElement.closest('details')) fold.open = true;
  return target;
}

onLoad(() => {
  for (const field of document.querySelectorAll('.k-chapter [aria-invalid=true]')) field.closest('.k-chapter').open = true;
  follow();
});
show(location.hash.slice(1));
addEventListener('hashchange', () => show(location.hash.slice(1)));

on('click', '[data-errors] a[href^="#"], .k-progress a[href^="#"]', (event, link) => {
  const target = show(link.hash.slice(1));
  if (!target) return;
  event.preventDefault();
  history.replaceState(history.state, '', link.hash);
  target.scrollIntoView({ block: link.closest('[data-errors]') ? 'center' : 'start' });
  (target.matches('details') ? target.querySelector('summary') : target).focus({ preventScroll: true });
});

// The reader is where the cursor is, if that is in sight; else at the last chapter that passed the upper third.
function follow() {
  const steps = [...document.querySelectorAll('.k-progress li')].filter((step) => step.querySelector('a[href^="#"]'));
  if (!steps.length) return;
  const box = document.activeElement.getBoundingClientRect();
  const inSight = box.bottom > 0 && box.top < innerHeight;
  const here = (inSight && steps.find((step) => chapterOf(step)?.contains(document.activeElement)))
    || steps.filter((step) => chapterOf(step)?.getBoundingClientRect().top < innerHeight / 3).at(-1)
    || steps[0];
  for (const step of steps) {
    if (step === here) step.setAttribute('aria-current', 'step');
    else step.removeAttribute('aria-current');
  }
}

let asked = 0;
addEventListener('scroll', () => {
  cancelAnimationFrame(asked);
  asked = requestAnimationFrame(follow);
}, { passive: true });
document.addEventListener('focusin', follow);
