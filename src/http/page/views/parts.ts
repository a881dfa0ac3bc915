/** What several views are made of. */
import { toneOf } from '../../../domain/order/order-state.ts';
import type { TradeStatus } from '../../../domain/order/trade.ts';
import type { HttpProblem } from '../../problem.ts';
import { html, segment, type Content, type Html } from '../html.ts';

export interface Region {
  id: string;
  /** Where its present state comes from. */
  address: string;
  label: string;
}

/** A part of the page that renews itself: `news` comes with events, `tick` every few seconds. */
export function section({ id, address, label }: Region, content: Content): Html {
  return html`<section
    id="${id}"
    aria-label="${label}"
    hx-get="${address}"
    hx-trigger="news from:body, tick from:body"
    hx-swap="outerMorph"
  >
    ${content}
  </section>`;
}

export function orderLink(id: string): Html {
  return html`<a class="id" href="/?order=${segment(id)}">${id}</a>`;
}

/** The word carries the meaning; the colour only underlines it. */
export function statusMark(status: TradeStatus): Html {
  return html`<span class="mark ${toneOf(status)}">${status}</span>`;
}

/** Scrolls sideways where it is wider than the screen. */
export function scrollTable(label: string, columns: Content, rows: Content): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">
    <table>
      <thead>
        <tr>
          ${columns}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

/** An error, as the operator who pressed a button sees it. */
export function problemView(problem: HttpProblem): Html {
  const { title, detail } = problem.body('');
  return html`<p class="problem" role="alert"><strong>${String(title)}.</strong> ${String(detail)}</p>`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
