import { on } from './dom.js';

on('click', '[data-print]', () => window.print());

// The answer to 打印 is the sheet itself: the dialog opens by itself.
if (document.querySelector('[data-print-now]')) addEventListener('load', () => window.print());
