// Runs before the first paint: the chosen theme, and a mark that scripts are on.
document.documentElement.classList.add('js');
try {
  const theme = localStorage.getItem('theme');
  if (theme) document.documentElement.dataset.theme = theme;
} catch { /* storage is blocked: the system decides */ }
