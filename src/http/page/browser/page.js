/** What the server cannot do for the page: keep it up to date, send the token, open dialogs. */
import { askForOperator, askForToken, credentials, operatorName, rememberOperator } from './session.js';
import { followEvents } from './stream.js';

/** Asks again at intervals for what no event reports, such as a halt or a run. */
const TICK_MS = 5_000;
/** However many events come. */
const NEWS_EVERY_MS = 1_000;

const live = /** @type {HTMLElement} */ (document.getElementById('live'));
const dialog = /** @type {HTMLDialogElement} */ (document.getElementById('dialog'));

let isLive = false;
/** Why a part could not be renewed; null when all could. @type {string | null} */
let trouble = null;

function showState() {
  const state = !isLive ? 'lost' : trouble === null ? 'live' : 'trouble';
  const words = { lost: 'no connection, trying again', live: 'live', trouble: trouble ?? '' };
  live.dataset.state = state;
  if (live.textContent !== words[state]) live.textContent = words[state];
}

/** @param {'news' | 'tick'} what */
function renew(what) {
  if (!document.hidden) document.body.dispatchEvent(new Event(what));
}

function renewAll() {
  trouble = null;
  renew('tick');
  void renewPlots();
}

/** @type {Promise<typeof import('./plots.js')> | null} */
let plots = null;
let loads = 0;
const LOAD_WITHIN_MS = 15_000;
/**
 * A browser never asks again for a module that it could not load, unless the address is another one. A load that hangs
 * is given up: a later tick begins another.
 */
function loadPlots() {
  plots ??= Promise.race([import(`./plots.js?load=${++loads}`), late(LOAD_WITHIN_MS)]).catch((error) => {
    plots = null;
    throw error;
  });
  return plots;
}

/** @param {number} afterMs @returns {Promise<never>} */
function late(afterMs) {
  return new Promise((_resolve, reject) => setTimeout(reject, afterMs, new Error('no answer')));
}

/** Apart from the rest, which works without plots. */
async function renewPlots() {
  try {
    const { drawPlots } = await loadPlots();
    await drawPlots();
  } catch (error) {
    console.warn('the plots cannot be drawn', error);
  }
}

let newsTimer = 0;
let newsAt = 0;
/** At once, and again when a second has passed: the last event counts as much as the first. */
function scheduleRenewal() {
  if (newsTimer !== 0) return;
  newsTimer = setTimeout(
    () => {
      newsTimer = 0;
      newsAt = performance.now();
      renew('news');
    },
    Math.max(0, newsAt + NEWS_EVERY_MS - performance.now()),
  );
}

/** An order's own page is renewed by its own events. @param {{ client_order_id: string }} event */
function concerns({ client_order_id: id }) {
  const shown = document.querySelector('[data-order]');
  return shown === null || shown.getAttribute('data-order') === id;
}

document.body.addEventListener('htmx:before:request', (event) => {
  const { ctx } = /** @type {CustomEvent} */ (event).detail;
  Object.assign(ctx.request.headers, credentials());
  if (ctx.request.method === 'GET') return;
  const fields = Object.fromEntries(ctx.request.body);
  if (fields.requested_by) rememberOperator(fields.requested_by);
  fields.requested_by ??= operatorName();
  if (fields.requested_by === '') {
    event.preventDefault();
    askForOperator();
    return;
  }
  ctx.request.headers['content-type'] = 'application/json';
  ctx.request.body = JSON.stringify(fields);
});

document.body.addEventListener('htmx:after:request', (event) => {
  const { ctx } = /** @type {CustomEvent} */ (event).detail;
  const { status } = ctx.response;
  if (status === 401) askForToken(ctx.request.headers);
  const isRenewal = ctx.target === ctx.sourceElement;
  if (!isRenewal && status !== 401) return;
  const isAnswer = status < 400 || status === 404;
  // What is shown stays, and the reason why it is not renewed stands above it.
  if (!isAnswer) event.preventDefault();
  trouble = isAnswer ? null : `not up to date: the engine answers ${status}`;
  showState();
});

document.body.addEventListener('htmx:after:settle', ({ target }) => {
  if (target === dialog && !dialog.open) {
    const name = dialog.querySelector('[name=requested_by]');
    if (name instanceof HTMLInputElement) name.value = operatorName();
    dialog.showModal();
  }
  if (target instanceof Element && target.id === 'notice') {
    dialog.close();
    target.scrollIntoView({ block: 'nearest' });
    renewAll();
  }
});

document.body.addEventListener('click', ({ target }) => {
  if (!(target instanceof Element)) return;
  if (target.closest('[data-closes]') !== null) dialog.close();
  if (target.closest('[data-dismisses]') !== null) document.getElementById('notice')?.replaceChildren();
});

document.body.addEventListener('signed-in', renewAll);
document.addEventListener('visibilitychange', () => renew('tick'));
document.addEventListener('DOMContentLoaded', () => {
  renewAll();
  setInterval(renewAll, TICK_MS);
  followEvents({
    onEvent: (event) => {
      if (concerns(event)) scheduleRenewal();
    },
    onState: (connected) => {
      const isBack = connected && !isLive && live.dataset.state === 'lost';
      isLive = connected;
      showState();
      if (isBack) renewAll();
    },
  });
});
