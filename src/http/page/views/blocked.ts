/** What needs a person first: what is halted, and the bots that open orders block. */
import type { HaltStatus } from '../../../ports/halt-store.ts';
import type { BlockedBot, BlockedBots } from '../../../ports/order-board.ts';
import { html, segment, type Html } from '../html.ts';
import { duration, moment, orderInWords } from '../words/format.ts';
import { whyBlocked } from '../words/why.ts';
import { orderLink, scrollTable, section, statusMark } from './parts.ts';

export function blockedView({ items, overdue, total }: BlockedBots, halts: HaltStatus[], nowMs: number): Html {
  const late = items.filter(({ isOverdue }) => isOverdue);
  const waiting = items.filter(({ isOverdue }) => !isOverdue);
  const label = overdue === 0 ? 'No bot is blocked for longer than it should be' : `Blocked bots: ${overdue}`;
  return section(
    { id: 'blocked', address: '/page/blocked', label: 'Blocked bots' },
    html`${halts.map((halt) => haltView(halt, nowMs))}
      <h2 class="${overdue === 0 ? 'calm' : 'alarm'}">${label}</h2>
      ${
        late.length > 0 &&
        html`<ol class="blocked">
          ${late.map((bot) => lateBot(bot, nowMs))}
        </ol>`
      }
      ${late.length < overdue && html`<p class="quiet">The ${late.length} that wait longest of ${overdue}.</p>`}
      ${waiting.length > 0 && waitingBots(waiting, total - overdue, nowMs)}`,
  );
}

function lateBot({ trade, ageSeconds, orders, issues }: BlockedBot, nowMs: number): Html {
  const path = `/page/orders/${segment(trade.clientOrderId)}`;
  return html`<li id="blocked-${trade.clientOrderId}">
    <div class="who">
      <strong>${trade.botId}</strong> ${trade.productId} <span class="age">blocked for ${duration(ageSeconds)}</span>
      ${statusMark(trade.status)} ${orders > 1 && html`<span class="quiet">by ${orders} orders</span>`}
    </div>
    <p class="why">${whyBlocked(trade, issues, nowMs)}</p>
    <p class="quiet">${orderInWords(trade)} · ${orderLink(trade.clientOrderId)}</p>
    <p class="actions">
      <button class="primary" hx-post="${path}/sync" hx-target="#notice" hx-disable="this">Sync now</button>
      <button hx-get="${path}/cancel" hx-target="#dialog">Cancel…</button>
      ${trade.status === 'stale' && html`<button hx-get="${path}/resolve" hx-target="#dialog">Resolve…</button>`}
      <button hx-get="/page/halt?bot_id=${segment(trade.botId)}" hx-target="#dialog">Halt bot…</button>
    </p>
  </li>`;
}

/** Blocked as is right, for instance by an order that rests. */
function waitingBots(waiting: BlockedBot[], total: number, nowMs: number): Html {
  const rest = total - waiting.length;
  return html`<details class="waiting">
    <summary>${total === 1 ? '1 bot waits' : `${total} bots wait`} for open orders, as they should</summary>
    ${scrollTable(
      'Bots that wait',
      html`<th>Bot</th>
        <th>Product</th>
        <th class="number">Orders</th>
        <th>Since</th>
        <th>Oldest order</th>
        <th>Why</th>`,
      waiting.map(
        ({ trade, ageSeconds, orders, issues }) =>
          html`<tr>
            <td><strong>${trade.botId}</strong></td>
            <td>${trade.productId}</td>
            <td class="number">${orders}</td>
            <td>${duration(ageSeconds)}</td>
            <td>${orderLink(trade.clientOrderId)}</td>
            <td class="text">${whyBlocked(trade, issues, nowMs)}</td>
          </tr>`,
      ),
    )}
    ${rest > 0 && html`<p class="quiet">and ${rest} more: see the open orders below.</p>`}
  </details>`;
}

function haltView({ botId, since, requestedBy, reason, cancelOpen, flat, open }: HaltStatus, nowMs: number): Html {
  const query = botId === null ? '' : `?bot_id=${segment(botId)}`;
  const remaining =
    open.length === 0 ? 'None is open; a last one may still turn up.' : openInWords(open.length, cancelOpen);
  return html`<div class="halt" id="halt-${botId ?? ''}">
    <div class="who">
      <strong>${botId === null ? 'Every bot is halted' : `Bot ${botId} is halted`}</strong>
      ${flat ? html`<span class="mark good">flat</span>` : html`<span class="mark bad">not flat</span>`}
    </div>
    <p class="why">${reason}</p>
    <p class="quiet">
      by ${requestedBy}, since ${moment(since, nowMs)}. ${flat ? 'Every order that it covers has ended.' : remaining}
    </p>
    ${
      open.length > 0 &&
      html`<ul class="orders-open">
        ${open
          .slice(0, 20)
          .map(
            ({ clientOrderId, botId: bot, status, ageSeconds, cancelRequested }) =>
              html`<li>
                ${orderLink(clientOrderId)} ${botId === null && bot} ${statusMark(status)} ${duration(ageSeconds)}
                ${cancelRequested && html`<span class="quiet">cancel requested</span>`}
              </li>`,
          )}
        ${open.length > 20 && html`<li class="quiet">and ${open.length - 20} more</li>`}
      </ul>`
    }
    <p class="actions">
      <button class="primary" hx-get="/page/resume${query}" hx-target="#dialog">Resume…</button>
      ${!cancelOpen && open.length > 0 && html`<button hx-get="/page/halt${query}" hx-target="#dialog">Cancel open orders…</button>`}
    </p>
  </div>`;
}

function openInWords(count: number, cancelOpen: boolean): string {
  const orders = count === 1 ? '1 order is' : `${count === 500 ? '500 or more' : count} orders are`;
  return `${orders} open, and ${cancelOpen ? 'being cancelled' : 'left as they are'}.`;
}
