// [data-dialog=id] opens it, [data-close] closes it, dialog[data-open] stands open when it arrives.
import { on, onLoad } from './dom.js';

on('click', '[data-dialog]', (event, opener) => {
  const dialog = document.getElementById(opener.dataset.dialog);
  if (dialog && !dialog.open) dialog.showModal();
});

on('click', '[data-close]', (event, button) => button.closest('dialog').close());

onLoad((root) => {
  const found = [...root.querySelectorAll('dialog[data-open]')];
  if (root.matches?.('dialog[data-open]')) found.push(root);
  for (const dialog of found) if (!dialog.open) dialog.showModal();
});

document.addEventListener('htmx:afterRequest', (event) => {
  const dialog = event.target.closest?.('dialog[open]');
  if (dialog && event.detail.successful && event.detail.requestConfig.verb !== 'get') dialog.close();
});
