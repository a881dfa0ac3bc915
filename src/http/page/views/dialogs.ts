/** What an operator is asked before something is done, and the answer afterwards. */
import type { Trade } from '../../../domain/order/trade.ts';
import { html, segment, type Content, type Html } from '../html.ts';
import { orderInWords } from '../words/format.ts';

interface Dialog {
  title: string;
  /** Where the answers are posted to. */
  address: string;
  /** What it will do, in a sentence or two. */
  text: string;
  fields?: Content;
  /** What the button says. */
  act: string;
}

/** The name is filled in from the page; the errors of the answer appear within. */
export function dialog({ title, address, text, fields = null, act }: Dialog): Html {
  return html`<form hx-post="${address}" hx-target="find .errors" hx-disable="find .act">
    <h2 id="dialog-title">${title}</h2>
    <p>${text}</p>
    ${fields}
    <label>Your name <input name="requested_by" autocomplete="name" maxlength="200" required /></label>
    <label>Reason <input name="reason" autocomplete="off" maxlength="1000" required /></label>
    <div class="errors"></div>
    <p class="actions">
      <button class="act danger">${act}</button>
      <button type="button" data-closes>Leave it</button>
    </p>
  </form>`;
}

export function cancelDialog(trade: Trade): Html {
  return dialog({
    title: `Cancel ${trade.clientOrderId}`,
    address: `/page/orders/${segment(trade.clientOrderId)}/cancel`,
    text: `${orderInWords(trade)}, for ${trade.botId}. The exchange is asked to cancel it; what was filled by then stays filled.`,
    act: 'Cancel the order',
  });
}

export const ENDED_AS = html`<fieldset>
  <legend>It has ended as</legend>
  <label><input type="radio" name="status" value="cancelled" required /> cancelled</label>
  <label><input type="radio" name="status" value="failed" /> failed: it was never created</label>
</fieldset>`;

export function resolveDialog(trade: Trade): Html {
  return dialog({
    title: `Resolve ${trade.clientOrderId}`,
    address: `/page/orders/${segment(trade.clientOrderId)}/resolve`,
    text: `Your word that the order has ended, for one that cannot be verified. The exchange is asked once more first, and what it shows counts.`,
    fields: ENDED_AS,
    act: 'Declare it ended',
  });
}

export function haltDialog(botId: string | undefined): Html {
  return dialog({
    title: botId === undefined ? 'Halt placing' : `Halt bot ${botId}`,
    address: '/page/halt',
    text: 'Nothing is placed until it is resumed. Open orders stay open, and are monitored.',
    fields: html`<label
        >Bot <input name="bot_id" maxlength="128" placeholder="every bot" value="${botId ?? ''}"
      /></label>
      <label><input type="checkbox" name="cancel_open" value="yes" /> Cancel its open orders, too</label>`,
    act: 'Halt',
  });
}

export function resumeDialog(botId: string | undefined): Html {
  return dialog({
    title: botId === undefined ? 'Resume every bot' : `Resume bot ${botId}`,
    address: '/page/resume',
    text:
      botId === undefined
        ? 'Placing resumes. A bot that has a halt of its own stays halted.'
        : 'The bot may place orders again, unless every bot is halted.',
    fields: html`<input type="hidden" name="bot_id" value="${botId ?? ''}" />`,
    act: 'Resume',
  });
}

/** What was done, above everything else until the next one. */
export function noticeView(text: Content): Html {
  return html`<p class="done">${text} <button type="button" data-dismisses>Dismiss</button></p>`;
}
