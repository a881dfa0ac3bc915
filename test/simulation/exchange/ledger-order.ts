/** One order as the exchange has it. Sizes are tenths of the base, the price is 100 and the fee a hundredth of the value. */
import { hasEnded, type ExchangeOrder, type Fill } from '../../../src/domain/order/exchange-order.ts';
import type { NewOrder } from '../../../src/ports/exchange.ts';

export const WHOLE = 10;
const PRICE = '100';

/** A row of the fills' list, and from when on the list has it. */
interface ListedFill {
  fill: Fill;
  listedAtMs: number;
  tenths: number;
}

export class LedgerOrder {
  readonly orderId: string;
  readonly asked: NewOrder;
  readonly createdTime: string;
  /** Not the order that was asked for, but one of another day under the same client order id. */
  readonly isForeign: boolean;
  readonly fills: ListedFill[] = [];
  status: string;
  tenths = 0;
  pendingCancel = false;
  wasAdjusted = false;
  endedAtMs: number | null = null;
  changedAtMs = 0;
  /** When the scenario's last step happens to it, or happened. */
  lastStepMs = 0;
  #lastFillTime: string | null = null;

  constructor(orderId: string, asked: NewOrder, createdTime: string, { status = 'OPEN', isForeign = false } = {}) {
    this.orderId = orderId;
    this.asked = asked;
    this.createdTime = createdTime;
    this.status = status;
    this.isForeign = isForeign;
  }

  get hasEnded(): boolean {
    return hasEnded(this);
  }

  get filledSize(): string {
    return sizeOf(this.tenths);
  }

  hasStepsFrom(nowMs: number): boolean {
    return this.lastStepMs >= nowMs;
  }

  /** Negative tenths take a fill back. */
  fill(tenths: number, at: string, listedAtMs: number): void {
    this.tenths += tenths;
    this.#lastFillTime = at;
    const size = sizeOf(Math.abs(tenths));
    const fill: Fill = {
      entryId: `entry-${this.fills.length + 1}`,
      tradeId: `trade-${this.fills.length + 1}`,
      orderId: this.orderId,
      tradeTime: at,
      tradeType: tenths < 0 ? 'REVERSAL' : 'FILL',
      price: PRICE,
      size,
      sizeInQuote: false,
      commission: size,
      productId: this.asked.productId,
      side: this.asked.side,
      liquidityIndicator: 'TAKER',
      sequenceTimestamp: at,
    };
    this.fills.push({ fill, listedAtMs, tenths });
  }

  shown(): ExchangeOrder {
    const { clientOrderId, productId, side, orderConfiguration } = this.asked;
    const isFilled = this.tenths > 0;
    return {
      orderId: this.orderId,
      clientOrderId,
      productId,
      side,
      orderConfiguration: { ...orderConfiguration },
      status: this.status,
      filledSize: this.filledSize,
      averageFilledPrice: isFilled ? PRICE : null,
      filledValue: String(this.tenths * 10),
      totalFees: this.filledSize,
      numberOfFills: this.fills.length,
      createdTime: this.createdTime,
      lastFillTime: this.#lastFillTime,
      pendingCancel: this.pendingCancel,
      reason: this.hasEnded && this.status !== 'FILLED' ? 'as the scenario has it' : null,
    };
  }
}

function sizeOf(tenths: number): string {
  return tenths % 10 === 0 ? String(tenths / 10) : (tenths / 10).toFixed(1);
}
