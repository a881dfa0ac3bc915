/** The list of orders, a page at a time, by what needs a look. */
import type { Trade } from '../../../domain/order/trade.ts';
import type { EngineCounts } from '../../../ports/engine-counts.ts';
import { ORDER_VIEWS, type OrderView } from '../../../ports/order-board.ts';
import type { Page } from '../../../ports/page.ts';
import { html, type Html } from '../html.ts';
import type { BoardQuery } from '../queries.ts';
import { duration, moment, orderInWords } from '../words/format.ts';
import { manyButtons } from './many.ts';
import { orderLink, scrollTable, section, statusMark } from './parts.ts';

export function ordersView(
  query: BoardQuery,
  page: Page<Trade>,
  { placing, pending, stale }: EngineCounts['openOrders'],
  nowMs: number,
): Html {
  const { view = 'open', cursor, ...filter } = query;
  const open = placing.count + pending.count + stale.count;
  const rows = page.items.map((trade) => orderRow(trade, nowMs));
  return section(
    { id: 'orders', address: ordersAddress(query), label: 'Orders' },
    html`<h2>Orders</h2>
      <nav class="tabs" aria-label="Which orders">
        ${ORDER_VIEWS.map((each) => {
          const count = each === 'open' ? ` ${open}` : each === 'stale' ? ` ${stale.count}` : '';
          return link({ ...filter, view: each }, `${LABELS[each]}${count}`, each === view);
        })}
        ${filterNote(filter, view)}
      </nav>
      ${manyButtons({ ...filter, view }, rows.length)}
      ${rows.length === 0 ? html`<p class="quiet">${cursor === undefined ? NONE[view] : 'There are no more.'}</p>` : orderTable(rows)}
      <p class="pages">
        ${cursor !== undefined && link({ ...filter, view }, 'Newest')}
        ${page.nextCursor !== null && link({ ...filter, view, cursor: page.nextCursor }, 'Older')}
      </p>`,
  );
}

const LABELS: Record<OrderView, string> = {
  open: 'Open',
  stale: 'Stale',
  unresolved: 'Unresolved',
  ended: 'Ended',
  all: 'All',
};

const NONE: Record<OrderView, string> = {
  open: 'No order is open.',
  stale: 'No order is stale.',
  unresolved: 'No order has an unresolved issue, or fills that do not add up.',
  ended: 'No order has ended.',
  all: 'There is no order.',
};

/** Follows without leaving the page; the address can be kept all the same. */
function link(query: BoardQuery, text: string, isCurrent = false): Html {
  return html`<a
    href="${pageAddress(query)}"
    hx-get="${ordersAddress(query)}"
    hx-target="#orders"
    hx-swap="outerMorph"
    hx-push-url="${pageAddress(query)}"
    ${isCurrent && html`aria-current="page"`}
    >${text}</a
  >`;
}

function filterNote({ bot_id: bot, product_id: product }: BoardQuery, view: OrderView): Html | null {
  if (bot === undefined && product === undefined) return null;
  const of = [bot, product].filter((part) => part !== undefined).join(' on ');
  return html`<span class="quiet">of ${of} · ${link({ view }, 'show all')}</span>`;
}

function orderTable(rows: Html[]): Html {
  return scrollTable(
    'List of orders',
    html`<th>Order</th>
      <th>Status</th>
      <th>Bot</th>
      <th>What</th>
      <th class="number">Filled</th>
      <th class="number">Price</th>
      <th>Age</th>
      <th>Created, UTC</th>
      <th>Reason</th>`,
    rows,
  );
}

function orderRow(trade: Trade, nowMs: number): Html {
  const { clientOrderId, status, botId, filledSize, averageFilledPrice, createdAt, reason } = trade;
  return html`<tr id="row-${clientOrderId}">
    <td>${orderLink(clientOrderId)}</td>
    <td>${statusMark(status)}</td>
    <td>${link({ view: 'all', bot_id: botId }, botId)}</td>
    <td>${orderInWords(trade)}</td>
    <td class="number">${filledSize}</td>
    <td class="number">${averageFilledPrice ?? '–'}</td>
    <td>${duration((nowMs - Date.parse(createdAt)) / 1_000)}</td>
    <td>${moment(createdAt, nowMs)}</td>
    <td>${reason ?? ''}</td>
  </tr>`;
}

export function ordersAddress(query: BoardQuery): string {
  return `/page/orders${search(query)}`;
}

function pageAddress(query: BoardQuery): string {
  return `/${search(query)}`;
}

function search(query: BoardQuery): string {
  const entries = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return entries.length === 0 ? '' : `?${new URLSearchParams(entries).toString()}`;
}
