/** What must hold after every step, whatever goes wrong. The first that does not is kept. */
import { compareDecimals } from '../../src/domain/decimal.ts';
import type { EventCause } from '../../src/domain/order/trade-event.ts';
import { RESOLVED_BY_OPERATOR } from '../../src/domain/order/decisions/end.ts';
import { meaningOf } from '../../src/domain/order/exchange-order.ts';
import { isEnded, type Trade } from '../../src/domain/order/trade.ts';
import type { NewOrder } from '../../src/ports/exchange.ts';
import { WHOLE, type LedgerOrder } from './exchange/ledger-order.ts';
import type { Surroundings } from './surroundings.ts';

/** The row's times have whole milliseconds. */
const ROUNDED_MS = 1;

export class Invariants {
  /** Of the clock that the window is by. */
  databaseSkewMs = 0;
  #posts = 0;
  #created = 0;
  /** What was asked for first. */
  #intent: string | null = null;
  #row: Trade | null = null;
  readonly #surroundings: Surroundings;
  readonly #orderOf: () => LedgerOrder | null;

  constructor(surroundings: Surroundings, orderOf: () => LedgerOrder | null) {
    this.#surroundings = surroundings;
    this.#orderOf = orderOf;
  }

  posted(order: NewOrder): void {
    const row = this.#row;
    this.#posts += 1;
    this.#must(row !== null && this.#posts <= row.postAttempts, 'a POST is sent whose attempt is not committed');
    if (row === null) return;
    const windowEndMs = Date.parse(row.createdAt) + row.policy.placeForMs;
    const databaseNowMs = this.#surroundings.nowMs + this.databaseSkewMs;
    this.#must(databaseNowMs <= windowEndMs + ROUNDED_MS, 'a POST is sent after its window');
    this.#must(bytesOf(order) === this.#intent, 'a POST differs from what was asked for');
  }

  created(): void {
    this.#created += 1;
    this.#must(this.#created === 1, 'there are two orders of one client order id');
    this.#must(this.#row === null || !isReleased(this.#row), 'the exchange gets an order whose bot is released');
  }

  committed(before: Trade | null, row: Trade, cause: EventCause): void {
    const order = this.#orderOf();
    this.#row = row;
    this.#intent ??= bytesOf(row);
    this.#must(compareDecimals(row.filledSize, String(WHOLE / 10)) <= 0, 'more is filled than was asked for');
    if (before !== null) this.#mustFollow(before, row, cause);
    const isEndNow = isReleased(row) && (before === null || !isEnded(before.status));
    if (isEndNow) this.#mustHaveEndedAs(row, order);
  }

  /** The workflow ended by itself. */
  workflowCompleted(): void {
    this.#must(this.#row !== null && isEnded(this.#row.status), 'the workflow has ended and its order has not');
  }

  /** Everything has come to rest. */
  settled(row: Trade): void {
    if (row.reason !== RESOLVED_BY_OPERATOR) this.#mustHaveEndedAs(row, this.#orderOf());
  }

  #mustFollow(before: Trade, row: Trade, cause: EventCause): void {
    const isTakenBack = isReleased(before) && row.status !== before.status;
    this.#must(!isTakenBack, `${before.status} was taken back by ${cause}`);
    const hasFallen = compareDecimals(row.filledSize, before.filledSize) < 0;
    this.#must(!hasFallen || this.#orderOf()?.wasAdjusted === true, 'the filled size has fallen');
    const hasOtherId = before.orderId !== null && row.orderId !== null && before.orderId !== row.orderId;
    this.#must(!hasOtherId, 'the trade has got the id of another order');
  }

  #mustHaveEndedAs({ status, reason }: Trade, order: LedgerOrder | null): void {
    if (order === null || order.isForeign) return;
    const meaning = meaningOf(order.status);
    const isSame = meaning.kind === 'ended' && meaning.as === status;
    this.#must(isSame, `released as ${status} (${reason}), but the order is ${order.status}`);
  }

  #must(holds: boolean, otherwise: string): void {
    if (!holds) this.#surroundings.violated(otherwise);
  }
}

function isReleased({ status, reason }: Trade): boolean {
  return isEnded(status) && reason !== RESOLVED_BY_OPERATOR;
}

function bytesOf({ clientOrderId, productId, side, orderConfiguration }: NewOrder): string {
  return JSON.stringify([clientOrderId, productId, side, orderConfiguration]);
}
