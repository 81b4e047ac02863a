// Light or dark. Kept on this machine only; without a choice the system decides.
import { on } from './dom.js';

on('click', '[data-theme-toggle]', () => {
  const root = document.documentElement;
  const shown = root.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
  root.dataset.theme = shown === 'dark' ? 'light' : 'dark';
  try {
    localStorage.setItem('theme', root.dataset.theme);
  } catch { /* storage is blocked: holds for this page */ }
  document.dispatchEvent(new CustomEvent('themechange'));
});
