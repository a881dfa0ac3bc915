/** What a manual sync did: before, what the exchange said, after. */
import type { SyncReport, SyncSide } from '../../../domain/order/sync-report.ts';
import { isEnded } from '../../../domain/order/trade.ts';
import { html, type Html } from '../html.ts';
import { orderLink, statusMark } from './parts.ts';

export function syncReportView(report: SyncReport): Html {
  const { clientOrderId, before, coinbase, after } = report;
  const price = coinbase?.averageFilledPrice ?? null;
  return html`<div class="report">
    <h2>${outcomeOf(report)}</h2>
    <p class="quiet">${orderLink(clientOrderId)}</p>
    <table>
      <thead>
        <tr>
          <th></th>
          <th>Status</th>
          <th class="number">Filled</th>
        </tr>
      </thead>
      <tbody>
        ${side('Before', before)}
        <tr>
          <th scope="row">Exchange</th>
          <td>${coinbase?.status ?? 'no order shown'}</td>
          <td class="number">${coinbase?.filledSize ?? '–'}${price !== null && ` at ${price}`}</td>
        </tr>
        ${side('After', after)}
      </tbody>
    </table>
    ${report.error !== null && html`<p class="problem" role="alert">${report.error}</p>`}
    <p class="actions"><button type="button" data-dismisses>Dismiss</button></p>
  </div>`;
}

function side(name: string, { status, filledSize }: SyncSide): Html {
  return html`<tr>
    <th scope="row">${name}</th>
    <td>${statusMark(status)}</td>
    <td class="number">${filledSize}</td>
  </tr>`;
}

/** The operator wants to know whether the bot is free now. */
function outcomeOf({ before, after, coinbase, changed }: SyncReport): string {
  if (!isEnded(before.status) && isEnded(after.status)) return 'The bot is released';
  if (isEnded(after.status))
    return changed ? 'The order had ended; its figures changed' : 'The order had ended; nothing changed';
  if (coinbase === null) return 'The exchange did not show the order; nothing changed';
  return changed ? 'The order changed, and still blocks its bot' : 'Nothing changed; the order still blocks its bot';
}
