/** The document that the browser loads: it contains no order data, and fetches that with the caller's token. */
import { html, segment, type Html } from './html.ts';
import type { BoardQuery } from './queries.ts';
import { ordersAddress } from './views/orders.ts';
import { section } from './views/parts.ts';

/** Nothing inline, nothing evaluated, nothing from elsewhere; no other page may frame this one or be posted to. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** htmx brings no style of its own, and leaves the history to the browser. */
const HTMX_CONFIG = '{"includeIndicatorCSS":false,"history":"reload","defaultTimeout":20000}';

export function shell(main: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="htmx-config" content="${HTMX_CONFIG}" />
        <title>order-sync</title>
        <link rel="icon" href="/assets/icon.svg" />
        <link rel="stylesheet" href="/assets/uplot.css" />
        <link rel="stylesheet" href="/assets/page.css" />
        <script src="/assets/htmx.js"></script>
        <script type="module" src="/assets/page.js"></script>
      </head>
      <body>
        <header class="bar">
          <h1><a href="/">order-sync</a></h1>
          <p id="live" role="status" data-state="connecting">connecting</p>
          <form class="find" action="/" role="search">
            <label><span class="hidden">Order id</span><input name="order" placeholder="Order id" required /></label>
          </form>
          <label class="operator"
            >Acting as <input id="operator" autocomplete="name" maxlength="200" placeholder="your name"
          /></label>
          <button class="danger" hx-get="/page/halt" hx-target="#dialog">Halt…</button>
        </header>
        <noscript><p class="problem">This page needs JavaScript; the commands of order-sync do not.</p></noscript>
        <main>
          <div id="notice" role="status"></div>
          ${main}
        </main>
        <dialog id="dialog" aria-labelledby="dialog-title"></dialog>
        <dialog id="sign-in" aria-labelledby="sign-in-title">
          <form method="dialog">
            <h2 id="sign-in-title">This engine asks for a token</h2>
            <p id="sign-in-why">It is the value of ORDER_SYNC_HTTP_TOKEN. It is kept until this tab is closed.</p>
            <label>Token <input id="token" type="password" autocomplete="off" required /></label>
            <p class="actions"><button class="primary">Continue</button></p>
          </form>
        </dialog>
      </body>
    </html>`;
}

const LOADING = html`<p class="quiet">Loading…</p>`;

export function overview(query: BoardQuery): Html {
  return html`${section({ id: 'blocked', address: '/page/blocked', label: 'Blocked bots' }, LOADING)}
    ${section({ id: 'health', address: '/page/health', label: 'Health' }, LOADING)}
    ${section({ id: 'orders', address: ordersAddress(query), label: 'Orders' }, LOADING)}
    ${section({ id: 'reconciliation', address: '/page/reconciliation', label: 'Reconciliation' }, LOADING)}
    <section id="plots" aria-label="Detection and blocked time"></section>`;
}

export function orderPage(orderId: string): Html {
  return section({ id: 'order', address: `/page/orders/${segment(orderId)}`, label: 'Order' }, LOADING);
}
