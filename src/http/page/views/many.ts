/** A command for all orders of a list: its buttons, what is asked before it is done, and what came of each. */
import type { CommandResult, Outcome } from '../../../domain/order/command-result.ts';
import type { Trade } from '../../../domain/order/trade.ts';
import { html, type Html } from '../html.ts';
import type { BoardQuery, ManyForm, ManyQuery } from '../queries.ts';
import { dialog, ENDED_AS } from './dialogs.ts';
import { orderLink, plural, scrollTable, statusMark } from './parts.ts';

export type ManyKind = 'sync' | 'cancel' | 'resolve';

/** An order that has ended can be synced, and that is all; an end is declared only where the exchange does not show it. */
const KINDS: Record<ManyQuery['view'], readonly ManyKind[]> = {
  open: ['sync', 'cancel'],
  stale: ['sync', 'cancel', 'resolve'],
  unresolved: ['sync'],
};
const BUTTON: Record<ManyKind, string> = { sync: 'Sync all…', cancel: 'Cancel all…', resolve: 'Resolve all…' };
const ACT: Record<ManyKind, string> = { sync: 'Sync them', cancel: 'Cancel them', resolve: 'Declare them ended' };
const TEXT: Record<ManyKind, string> = {
  sync: 'The exchange is asked about each, and what it shows is recorded.',
  cancel: 'The exchange is asked to cancel each; what was filled by then stays filled.',
  resolve:
    'Your word that they have ended, for orders that cannot be verified. The exchange is asked about each once more first, and what it shows counts.',
};

export function manyButtons({ view, bot_id, product_id }: BoardQuery, count: number): Html | null {
  if (count === 0 || (view !== 'open' && view !== 'stale' && view !== 'unresolved')) return null;
  const query = searchOf({ view, bot_id, product_id });
  return html`<p class="actions">
    ${KINDS[view].map((kind) => html`<button hx-get="/page/many/${kind}?${query}" hx-target="#dialog">${BUTTON[kind]}</button>`)}
  </p>`;
}

export function manyDialog(
  kind: ManyKind,
  query: ManyQuery,
  { orders, areMore }: { orders: readonly Trade[]; areMore: boolean },
): Html {
  const meant = areMore ? `More than ${orders.length} orders` : plural(orders.length, 'order');
  return dialog({
    title: `${BUTTON[kind].replace(' all…', '')} the orders of this list`,
    address: `/page/many/${kind}`,
    text: `${meant} (${describe(query)}), as the list is when you confirm. ${TEXT[kind]}`,
    fields: [
      html`<ul class="meant">
        ${orders.map(({ clientOrderId, status }) => html`<li>${clientOrderId} ${statusMark(status)}</li>`)}
        ${areMore && html`<li class="quiet">and more</li>`}
      </ul>`,
      hidden(query),
      kind === 'resolve' && ENDED_AS,
    ],
    act: ACT[kind],
  });
}

export function manyResultsView(
  kind: ManyKind,
  results: readonly CommandResult[],
  { form, nextCursor }: { form: ManyForm; nextCursor: string | null },
): Html {
  return html`<div class="report">
    <h2>${summary(results)}</h2>
    ${scrollTable(
      'What came of each',
      html`<th>Order</th>
        <th>Was</th>
        <th>Is</th>
        <th>Result</th>`,
      results.map(
        ({ clientOrderId, fromStatus, toStatus, outcome, error }) =>
          html`<tr>
            <td>${orderLink(clientOrderId)}</td>
            <td>${statusMark(fromStatus)}</td>
            <td>${toStatus === null ? '–' : statusMark(toStatus)}</td>
            <td>${outcome}${error !== null && `: ${error}`}</td>
          </tr>`,
      ),
    )}
    <form class="actions" hx-post="/page/many/${kind}" hx-target="#notice" hx-disable="find .act">
      ${nextCursor !== null && [hidden({ ...form, cursor: nextCursor }), html`<button class="act primary">Continue with the rest</button>`]}
      <button type="button" data-dismisses>Dismiss</button>
    </form>
  </div>`;
}

/** `17 requested, 1 failed` */
function summary(results: readonly CommandResult[]): string {
  if (results.length === 0) return 'No order is left in the list';
  const counts = new Map<Outcome, number>();
  for (const { outcome } of results) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
}

function describe({ view, bot_id: bot, product_id: product }: ManyQuery): string {
  return [view, bot !== undefined && `of ${bot}`, product !== undefined && `on ${product}`]
    .filter((part) => part !== false)
    .join(' ');
}

function hidden(fields: Readonly<Record<string, string | undefined>>): Html[] {
  return given(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`);
}

function searchOf(fields: Readonly<Record<string, string | undefined>>): string {
  return new URLSearchParams(given(fields)).toString();
}

function given(fields: Readonly<Record<string, string | undefined>>): [string, string][] {
  return Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined);
}
