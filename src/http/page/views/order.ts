/** An order's own page: how it stands, what can be done, its life in words, and its fills. */
import type { OrderRecord } from '../../../commands/order-record.ts';
import type { Fill } from '../../../domain/order/exchange-order.ts';
import { movedInWords } from '../../../domain/order/moved-order.ts';
import { isEnded, type Trade } from '../../../domain/order/trade.ts';
import type { StoredEvent } from '../../../ports/trade-store.ts';
import { html, segment, type Content, type Html } from '../html.ts';
import { duration, moment, orderInWords } from '../words/format.ts';
import { eventInWords } from '../words/timeline.ts';
import { whyBlocked } from '../words/why.ts';
import { scrollTable, section, statusMark } from './parts.ts';

/** An order may be synced manually every second for days: the page shows the last of its events. */
const MAX_EVENTS = 200;

export interface OrderParts extends OrderRecord {
  trade: Trade;
  /** Of the order's workflow; null where no UI is known. */
  temporalUrl: string | null;
}

export function orderView({ trade, moved, events, fills, temporalUrl }: OrderParts, nowMs: number): Html {
  const { clientOrderId, status } = trade;
  const path = `/page/orders/${segment(clientOrderId)}`;
  const isOpen = !isEnded(status);
  return section(
    { id: 'order', address: path, label: 'Order' },
    html`<div data-order="${clientOrderId}">
        <p><a href="/">All bots and orders</a></p>
        <h2><span class="id">${clientOrderId}</span> ${statusMark(status)}</h2>
        <p class="lead">${orderInWords(trade)} · <strong>${trade.botId}</strong></p>
        ${isOpen && html`<p class="why">${whyBlocked(trade, [], nowMs)}</p>`}
        <p class="actions">
          <button class="primary" hx-post="${path}/sync" hx-target="#notice" hx-disable="this">Sync now</button>
          ${isOpen && html`<button hx-get="${path}/cancel" hx-target="#dialog">Cancel…</button>`}
          ${isOpen && html`<button hx-get="${path}/resolve" hx-target="#dialog">Resolve…</button>`}
          ${temporalUrl !== null && html`<a class="button" href="${temporalUrl}" rel="noreferrer">Workflow in Temporal</a>`}
        </p>
      </div>
      ${facts(trade, nowMs)}
      <h3>Its life <span class="quiet">in UTC</span></h3>
      ${moved !== null && html`<p>It ${movedInWords(moved)}.</p>`}
      ${events.length > MAX_EVENTS && html`<p class="quiet">The last ${MAX_EVENTS} of ${events.length} events.</p>`}
      <ol class="timeline">
        ${events.slice(-MAX_EVENTS).map((event) => eventLine(event, nowMs))}
      </ol>
      <h3>Its fills</h3>
      ${moved !== null && html`<p class="quiet">They were moved out with its events.</p>`}
      ${moved === null && fills.length === 0 && html`<p class="quiet">None is recorded.</p>`}
      ${fills.length > 0 && fillTable(fills, nowMs)}`,
  );
}

function facts(trade: Trade, nowMs: number): Html {
  const at = (time: string | null): Content => time !== null && moment(time, nowMs);
  const blockedFor = (Date.parse(trade.endedAt ?? new Date(nowMs).toISOString()) - Date.parse(trade.createdAt)) / 1_000;
  const price = trade.averageFilledPrice === null ? '' : ` at ${trade.averageFilledPrice}`;
  const fees = trade.totalFees === null ? '' : `, fees ${trade.totalFees}`;
  const seen = trade.exchangeStatus !== null && html`${trade.exchangeStatus} ${at(trade.lastCheckedAt)}`;
  const pairs: [name: string, value: Content][] = [
    ['Exchange id', trade.orderId !== null && html`<span class="id">${trade.orderId}</span>`],
    ['Filled', `${trade.filledSize}${price}${fees}`],
    ['Fills', isEnded(trade.status) && (trade.fillsComplete ? 'all recorded' : 'not all recorded yet')],
    ['Exchange last showed', seen],
    [isEnded(trade.status) ? 'Blocked its bot for' : 'Blocks its bot since', duration(blockedFor)],
    ['End seen by', trade.detectedBy !== null && `${trade.detectedBy}${trade.immediateFill ? ', at once' : ''}`],
    ['Reason', trade.reason],
    ['Stale since', at(trade.staleSince)],
    ['Filled at', at(trade.filledAt)],
    ['Created at', at(trade.createdAt)],
    ['Sent', trade.postAttempts === 0 ? 'never' : trade.postAttempts === 1 ? 'once' : `${trade.postAttempts} times`],
  ];
  const shown = pairs.filter(([, value]) => value !== null && value !== false);
  return html`<dl class="facts">
    ${shown.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

function eventLine(event: StoredEvent, nowMs: number): Html {
  const { at, fromStatus, toStatus, requestedBy, sentBy, reason } = event;
  const isChange = fromStatus !== toStatus;
  const why = reason === null ? '' : `: “${reason}”`;
  return html`<li ${isChange && html`class="change"`}>
    ${moment(at, nowMs)}
    <div>
      ${eventInWords(event)}
      ${requestedBy !== null && html`<span class="by">By <strong>${requestedBy}</strong>${why}</span>`}
      ${requestedBy === null && reason !== null && html`<span class="by">“${reason}”</span>`}
      ${sentBy !== null && html`<span class="by">Sent by <strong>${sentBy}</strong></span>`}
    </div>
    ${isChange && html`<div>${fromStatus !== null && html`${fromStatus} → `}${statusMark(toStatus)}</div>`}
  </li>`;
}

function fillTable(fills: Fill[], nowMs: number): Html {
  return scrollTable(
    'Fills',
    html`<th>Time, UTC</th>
      <th>Kind</th>
      <th class="number">Size</th>
      <th class="number">Price</th>
      <th class="number">Fee</th>
      <th>Entry</th>`,
    fills.map(
      ({ tradeTime, tradeType, size, sizeInQuote, price, commission, entryId }) =>
        html`<tr>
          <td>${moment(tradeTime, nowMs)}</td>
          <td>${tradeType}</td>
          <td class="number">${size}${sizeInQuote && ' (quote)'}</td>
          <td class="number">${price}</td>
          <td class="number">${commission}</td>
          <td class="id">${entryId}</td>
        </tr>`,
    ),
  );
}
