// A double click sends once. Downloads and the like, which leave the page standing, say data-again on the form.
const held = new Set();

function hold(form) {
  for (const button of form.elements) {
    if (button.type !== 'submit' || button.disabled) continue;
    button.disabled = true;
    held.add(button);
  }
}

function release() {
  for (const button of held) button.disabled = false;
  held.clear();
}

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== 'post' || 'again' in form.dataset || form.target === '_blank') return;
  // After the browser has read the pressed button's own value.
  setTimeout(() => hold(form));
});

document.addEventListener('htmx:beforeSend', (event) => {
  if (event.target instanceof HTMLFormElement) hold(event.target);
  else if (event.target instanceof HTMLButtonElement) { event.target.disabled = true; held.add(event.target); }
});
document.addEventListener('htmx:afterRequest', release);
addEventListener('pageshow', release);
