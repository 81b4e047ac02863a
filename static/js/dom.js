// What the other modules share.

/** Listens on the document, so that it holds after every htmx swap. */
export function on(type, selector, handler) {
  document.addEventListener(type, (event) => {
    const element = event.target.closest?.(selector);
    if (element) handler(event, element);
  });
}

/** Runs now for the page and again for every piece htmx brings in. */
export function onLoad(handler) {
  handler(document);
  document.addEventListener('htmx:load', (event) => handler(event.target));
}

/** A key that belongs to a control, a shortcut of the browser or an open dialog is not ours. */
export function isOurKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
  if (document.querySelector('dialog[open]')) return false;
  const control = event.target.closest?.('input, textarea, select, [contenteditable]');
  return !control || ['checkbox', 'radio', 'button', 'submit'].includes(control.type);
}

export function csrfToken() {
  return document.querySelector('meta[name=csrf-token]')?.content ?? '';
}
