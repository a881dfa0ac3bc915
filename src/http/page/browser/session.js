/** Who is asking: the token, for as long as this tab is open, and the operator's name. */

const TOKEN = 'order-sync-token';
const NAME = 'order-sync-operator';

const dialog = /** @type {HTMLDialogElement} */ (document.getElementById('sign-in'));
const field = /** @type {HTMLInputElement} */ (document.getElementById('token'));
const operator = /** @type {HTMLInputElement} */ (document.getElementById('operator'));

/** @returns {Record<string, string>} */
export function credentials() {
  const token = sessionStorage.getItem(TOKEN);
  return token === null ? {} : { authorization: `Bearer ${token}` };
}

export function operatorName() {
  return operator.value.trim();
}

/** @param {string} name */
export function rememberOperator(name) {
  operator.value = name;
  localStorage.setItem(NAME, name);
}

export function askForOperator() {
  operator.focus();
  operator.setCustomValidity('Who are you? The order keeps your name beside what you do.');
  operator.reportValidity();
}

/**
 * Asks once, however many requests were refused; whoever listens for `signed-in` asks again. A refusal that comes late
 * says nothing about the token that was given since.
 *
 * @param {Record<string, string>} sent - the headers of the request that was refused
 */
export function askForToken(sent) {
  if (dialog.open || sent.authorization !== credentials().authorization) return;
  const wasWrong = sessionStorage.getItem(TOKEN) !== null;
  sessionStorage.removeItem(TOKEN);
  if (wasWrong) document.getElementById('sign-in-why')?.replaceChildren('That token was refused.');
  field.value = '';
  dialog.showModal();
}

operator.value = localStorage.getItem(NAME) ?? '';
operator.addEventListener('input', () => {
  operator.setCustomValidity('');
  localStorage.setItem(NAME, operatorName());
});
dialog.addEventListener('submit', () => {
  sessionStorage.setItem(TOKEN, field.value.trim());
  document.body.dispatchEvent(new Event('signed-in'));
});
// There is nothing to see without it.
dialog.addEventListener('cancel', (event) => event.preventDefault());
