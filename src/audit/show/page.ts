/** The order's life as one HTML file that needs nothing else: no script, no font, no other address. */
import { html, type Html } from '../../http/page/html.ts';
import { picture } from './picture.ts';
import { clockWords, duration, type OrderLifecycle } from './lifecycle.ts';

const STYLE = `
  body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem; color: #1b1f24; background: #fff }
  h1 { font-size: 1.4rem } dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem } dd { margin: 0 }
  table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .35rem .5rem; border-bottom: 1px solid #d0d7de; vertical-align: top }
  td { overflow-wrap: anywhere } .time { white-space: nowrap }
  svg { width: 100% } svg text { font-size: 12px; fill: #1b1f24 } svg line { stroke: #57606a; stroke-width: 1 }
  .wait { fill: #d4a72c } .good { fill: #2da44e } .bad { fill: #cf222e } .plain { fill: #8c959f }
  @media (prefers-color-scheme: dark) {
    body { color: #e6edf3; background: #0d1117 } svg text { fill: #e6edf3 } svg line { stroke: #8b949e } th, td { border-color: #30363d }
  }
`;

export function page(lifecycle: OrderLifecycle): string {
  const { trade, moments, fills } = lifecycle;
  const title = `Order ${trade.clientOrderId}`;
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title}</title>
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        <h1>${title}</h1>
        ${summary(lifecycle)}
        <h2>Timeline</h2>
        ${picture(lifecycle)}
        <table>
          <thead>
            <tr>
              <th>#</th>
              <th>Time (UTC)</th>
              <th>Observed</th>
              <th>Decided</th>
              <th>Written</th>
              <th>Asked by</th>
              <th>In the log</th>
            </tr>
          </thead>
          <tbody>
            ${moments.map(
              (moment, index) =>
                html` <tr>
                  <td>${index + 1}</td>
                  <td class="time">${moment.at}<br />+${duration(moment.afterMs)}</td>
                  <td>${moment.observed}</td>
                  <td>${moment.decided}${moment.layer !== null && html`<br />(${moment.layer})`}</td>
                  <td>${moment.written}</td>
                  <td>${moment.requestedBy ?? ''}${moment.reason !== null && html`<br />${moment.reason}`}</td>
                  <td>${moment.isAnchored ? 'yes' : 'no'}</td>
                </tr>`,
            )}
          </tbody>
        </table>
        <h2>Fills</h2>
        ${
          fills.length === 0
            ? html`<p>None is recorded.</p>`
            : html`<table>
                <thead>
                  <tr>
                    <th>Time (UTC)</th>
                    <th>Kind</th>
                    <th>Size</th>
                    <th>Price</th>
                    <th>Commission</th>
                    <th>Entry</th>
                  </tr>
                </thead>
                <tbody>
                  ${fills.map(
                    (fill) =>
                      html` <tr>
                        <td class="time">${fill.tradeTime}</td>
                        <td>${fill.tradeType}</td>
                        <td>${fill.size}${fill.sizeInQuote && ' (quote)'}</td>
                        <td>${fill.price}</td>
                        <td>${fill.commission}</td>
                        <td>${fill.entryId}</td>
                      </tr>`,
                  )}
                </tbody>
              </table>`
        }
      </body>
    </html> `;
  return document.toString();
}

function summary(lifecycle: OrderLifecycle): Html {
  const { trade, blockedMs, isBlocking, verdict } = lifecycle;
  const { outcome, differences, why, unproven } = verdict;
  const filled =
    trade.averageFilledPrice === null ? trade.filledSize : `${trade.filledSize} at ${trade.averageFilledPrice}`;
  const rows: readonly (readonly [string, string])[] = [
    ['Order', `${trade.side} ${trade.productId} ${JSON.stringify(trade.orderConfiguration)}`],
    ['Bot', trade.botId],
    ["Exchange's id", trade.orderId ?? 'none'],
    ['Status', trade.reason === null ? trade.status : `${trade.status} (${trade.reason})`],
    ['Filled', `${filled}, fees ${trade.totalFees ?? '0'}`],
    ['Blocked its bot', `${duration(blockedMs)}${isBlocking ? ', and still does' : ''}`],
    ['Against its history', [outcome, why ?? '', ...differences].filter((part) => part !== '').join(': ')],
    ['Without proof', `${unproven} events`],
    ['Clocks', clockWords(lifecycle)],
  ];
  return html`<dl>
    ${rows.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`;
}
