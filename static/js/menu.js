// details.k-menu: one open at a time, closed by Esc, by a click outside, and by choosing.
const OPEN = 'details.k-menu[open]';

document.addEventListener('click', (event) => {
  for (const menu of document.querySelectorAll(OPEN)) {
    const chosen = event.target.closest('.k-menu-body :is(a, button)');
    if (!menu.contains(event.target) || chosen) menu.open = false;
  }
});

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  for (const menu of document.querySelectorAll(OPEN)) {
    menu.open = false;
    menu.querySelector('summary').focus();
    event.preventDefault();
  }
});
