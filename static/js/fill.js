// Demo accounts on the sign-in page: a click fills in, the person still presses 登录.
import { on } from './dom.js';

on('click', '[data-fill-user]', (event, button) => {
  const { username, password } = document.querySelector('.k-door-form').elements;
  username.value = button.dataset.fillUser;
  password.value = button.dataset.fillPassword;
  password.form.querySelector('[type=submit]').focus();
});
