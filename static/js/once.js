// A double click sends once. Downloads and the like, which leave the page standing, say data-again on the form.
const held = new Set();
let pressed = null; // a button that is disabled loses the focus: it gets it back

function hold(form) {
  pressed = form.contains(document.activeElement) ? document.activeElement : null;
  for (const button of form.elements) {
    if (button.type !== 'submit' || button.disabled) continue;
    button.disabled = true;
    held.add(button);
  }
}

function release() {
  for (const button of held) button.disabled = false;
  held.clear();
  if (pressed?.isConnected && document.activeElement === document.body) pressed.focus({ preventScroll: true });
  pressed = null;
}

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== 'post' || 'again' in form.dataset || form.target === '_blank') return;
  // After the browser has read the pressed button's own value.
  setTimeout(() => hold(form));
});

document.addEventListener('htmx:beforeSend', (event) => {
  if (event.target instanceof HTMLFormElement) hold(event.target);
  else if (event.target instanceof HTMLButtonElement) { pressed = event.target; pressed.disabled = true; held.add(pressed); }
});
document.addEventListener('htmx:afterRequest', release);
addEventListener('pageshow', release);
