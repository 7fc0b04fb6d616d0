// Asks for the server's access token when it wants one.
import { token } from './api.js';
import { byId, setText } from './dom.js';

export class TokenForm {
  constructor(onToken) {
    this.dialog = byId('token');
    this.field = byId('token-field');
    this.tried = false;
    byId('token-form').addEventListener('submit', (event) => {
      event.preventDefault();
      const text = this.field.value.trim();
      this.field.value = '';
      if (text === '') return;
      // A header can't hold anything else, and fetch() would throw.
      if (!/^[\x21-\x7e]+$/.test(text)) {
        setText(byId('token-error'), 'A token has no spaces and no special letters.');
        return;
      }
      token.set(text);
      this.tried = true;
      this.dialog.close();
      onToken();
    });
    // There is nothing behind it to go back to.
    this.dialog.addEventListener('cancel', (event) => event.preventDefault());
  }

  ask() {
    if (this.dialog.open) return;
    setText(byId('token-error'), this.tried || token.value ? 'That token was not accepted.' : '');
    token.set('');
    this.dialog.showModal();
    this.field.focus();
  }

  accepted() {
    this.tried = false;
  }
}
