/** An order's life, a sentence for each of its events. */
import type { FactSource } from '../../../domain/order/fact.ts';
import type { StoredEvent } from '../../../ports/trade-store.ts';

/** What happened, as one sentence; who asked for it and why are shown next to it. */
export function eventInWords({ cause, source, evidence }: StoredEvent): string {
  const seen = new Evidence(evidence);
  switch (cause) {
    case 'intent':
      return 'The bot asked for the order, and that was recorded before anything was sent.';
    case 'adopted':
      return 'The order was found at the exchange and taken over.';
    case 'post_attempt':
      return 'The order was about to be sent to the exchange.';
    case 'post_outcome':
      return `Sending it had no clear outcome${seen.because('message', 'code', 'kind')}.`;
    case 'accepted':
      return `The exchange accepted it${seen.text('order_id', ' as ')}.`;
    case 'refused':
      return `The exchange refused it${seen.because('code')}${seen.text('message', ', ')}.`;
    case 'intent_mismatch':
      return `The exchange has another order under this id${seen.list('fields', ': different ')}.`;
    case 'not_placed_in_time':
      return 'Its time to be placed passed before it was sent; nothing was placed.';
    case 'placement_halted':
      return 'Placing was halted before it was sent; nothing was placed.';
    case 'placement_unknown':
      return 'It was sent, and whether the exchange has it could not be found out; it is not sent again.';
    case 'unauthorized':
      return 'The exchange did not accept our key; nothing was placed.';
    case 'withdrawn':
      return 'It was cancelled before it was sent; nothing was placed.';
    case 'observed':
      return `${learnt(source)} showed ${shown(seen)}.`;
    case 'late_observation':
      return `After its end, ${learnt(source).toLowerCase()} showed ${shown(seen)}.`;
    case 'unchecked':
      return `None of the first looks got an answer${seen.because('last_error')}; it is monitored from now on.`;
    case 'window_closed':
      return `It should have ended by now and has not${seen.text('status', '; the exchange last showed ')}.`;
    case 'unconfirmed':
      return `No answer has confirmed it for too long${seen.because('last_error')}.`;
    case 'manual_sync':
      return `It was synced manually; the exchange showed ${shown(seen)}.`;
    case 'manual_sync_failed':
      return `A manual sync failed${seen.because('error')}.`;
    case 'cancel_requested':
      return 'Its cancel was requested.';
    case 'cancel_answered':
      return seen.has('submitted', true)
        ? 'The exchange accepted the cancel; the order has not ended yet.'
        : `The exchange did not accept the cancel${seen.because('failure_reason')}.`;
    case 'resolved':
      return 'An operator declared it ended.';
    case 'resolve_refused':
      return `An operator tried to declare it ended, which was refused${seen.because('why', 'error')}.`;
    case 'corrected':
      return `It had been declared ended, but the exchange shows ${shown(seen)}; the row follows the exchange.`;
    case 'reclaimed':
      return `The order was given back to it; the exchange shows ${shown(seen)}.`;
    case 'fills':
      return `Its fills are complete${seen.text('fill_count', ': ')}${seen.text('size', ' that add up to ')}.`;
    case 'fills_incomplete':
      return `Its listed fills do not add up${seen.text('size', ': they make ')}.`;
    case 'unreadable_signal':
      return 'A signal came that could not be read; it changed nothing.';
  }
}

function learnt(source: FactSource): string {
  switch (source) {
    case 'push':
      return 'A push of the exchange';
    case 'sweep':
      return 'A sweep of all open orders';
    case 'look':
      return 'A look at the order';
    case 'listing':
      return "The exchange's list of orders";
    case 'fills':
      return "The account's fills";
    case 'post':
      return 'The answer to the placement';
    case 'bot':
    case 'operator':
    case 'timer':
    case 'row':
      return 'The exchange';
  }
}

/** `FILLED, 0.002 at 50000.00` */
function shown(seen: Evidence): string {
  const filled = seen.isPositive('filled_size')
    ? `${seen.text('filled_size', ', ')}${seen.text('average_filled_price', ' at ')}`
    : '';
  return `${seen.text('status', '') || 'no status'}${filled}`;
}

/** Evidence is what was seen, in any shape that it ever had: what is missing is left out. */
class Evidence {
  readonly #fields: Record<string, unknown>;

  constructor(fields: Record<string, unknown> | null) {
    this.#fields = fields ?? {};
  }

  has(field: string, value: unknown): boolean {
    return this.#fields[field] === value;
  }

  isPositive(field: string): boolean {
    return /[1-9]/.test(this.text(field, ''));
  }

  text(field: string, before: string): string {
    const value = this.#fields[field];
    return typeof value === 'string' || typeof value === 'number' ? `${before}${value}` : '';
  }

  list(field: string, before: string): string {
    const value = this.#fields[field];
    return Array.isArray(value) && value.length > 0 ? `${before}${value.join(', ')}` : '';
  }

  /** The first of the fields that says something. */
  because(...fields: string[]): string {
    return fields.map((field) => this.text(field, ': ')).find((text) => text !== '') ?? '';
  }
}
