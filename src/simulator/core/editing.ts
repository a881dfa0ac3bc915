/** Edits of an open order: another price, another size. */
import { readTerms } from './configuration.ts';
import { parseDecimal, text, type Decimal } from './decimal.ts';
import { OrderRefused } from './errors.ts';
import { hasEnded, type Order } from './order.ts';

export interface Edit {
  orderId: string;
  price: unknown;
  size: unknown;
}

/** Why an order cannot be edited: an EditOrderFailureReason, and a PreviewFailureReason where there is one. */
export class EditRefused extends Error {
  readonly reason: string;
  readonly previewReason: string;

  constructor(reason: string, previewReason = 'UNKNOWN_PREVIEW_FAILURE_REASON') {
    super(reason);
    this.reason = reason;
    this.previewReason = previewReason;
  }
}

/** The order's configuration and terms after the edit. Throws EditRefused. Like Coinbase, it reads a missing price or size as 0. */
export function editedOrder(order: Order | undefined, { price, size }: Edit): Pick<Order, 'configuration' | 'terms'> {
  if (!order || order.purged) throw new EditRefused('ORDER_NOT_FOUND');
  if (hasEnded(order) || order.status !== 'OPEN') throw new EditRefused('ONLY_OPEN_ORDERS_CAN_BE_EDITED');
  if (order.pendingCancel) throw new EditRefused('CANNOT_EDIT_ORDER_PENDING_CANCEL');
  const [entry] = Object.entries(order.configuration);
  if (order.terms.kind !== 'limit' || order.terms.timeInForce !== 'GTC' || !entry)
    throw new EditRefused('ONLY_LIMIT_ORDER_EDITS_SUPPORTED');
  if (order.terms.quoteSize) throw new EditRefused('SIZE_IN_QUOTE_EDITS_NOT_ALLOWED');
  const [limitPrice, baseSize] = [positive(price, 'INVALID_EDITED_PRICE'), positive(size, 'INVALID_EDITED_SIZE')];
  if (baseSize.lte(order.filledSize)) throw new EditRefused('CANNOT_EDIT_TO_BELOW_FILLED_SIZE');
  if (order.terms.limitPrice?.eq(limitPrice) && order.terms.baseSize?.eq(baseSize))
    throw new EditRefused('EDIT_REQUEST_EQUAL_TO_ORIGINAL_REQUEST');
  const [key, fields] = entry;
  const changed = { ...(fields as object), base_size: text(baseSize), limit_price: text(limitPrice) };
  const configuration = { [key]: changed };
  try {
    return { configuration, terms: readTerms(configuration, order.side, order.product, 0) };
  } catch (error) {
    if (!(error instanceof OrderRefused)) throw error;
    const isOfPrice = error.reason.includes('PRICE');
    throw new EditRefused(isOfPrice ? 'INVALID_EDITED_PRICE' : 'INVALID_EDITED_SIZE', error.previewReason);
  }
}

function positive(value: unknown, reason: string): Decimal {
  const number = parseDecimal(value);
  if (!number?.gt(0)) throw new EditRefused(reason);
  return number;
}
