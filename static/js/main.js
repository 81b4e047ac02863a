import './menu.js';
import './dialog.js';
import './theme.js';
import './palette.js';
import './rows.js';
import './bulk.js';
import './draft.js';
import './review.js';
import './print.js';
import './fill.js';
import './chapters.js';
import './contacts.js';
import './uploads.js';
import './once.js';
import { csrfToken, on } from './dom.js';

document.addEventListener('htmx:configRequest', (event) => {
  event.detail.headers['X-CSRFToken'] = csrfToken();
});

// The bar at the top edge counts requests under way; it takes no room.
let underWay = 0;
function count(step) {
  underWay = Math.max(0, underWay + step);
  document.body.classList.toggle('is-busy', underWay > 0);
}
document.addEventListener('htmx:beforeSend', () => count(1));
document.addEventListener('htmx:afterRequest', () => count(-1));

// An error nobody shows is a lie: what was not swapped is told at the top of the page.
function tell(templateId) {
  const notice = document.getElementById('notice');
  const template = document.getElementById(templateId);
  if (!notice || !template) return;
  notice.replaceChildren(template.content.cloneNode(true));
  notice.scrollIntoView({ block: 'nearest' });
}
document.addEventListener('htmx:sendError', () => tell('notice-offline'));
document.addEventListener('htmx:timeout', () => tell('notice-offline'));
document.addEventListener('htmx:beforeSwap', (event) => {
  if (event.detail.isError && !event.detail.shouldSwap) tell('notice-failed');
});

on('click', '[data-back]', () => history.back());
