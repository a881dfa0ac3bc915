/** What came of a command for one of many orders. */
import type { Trade, TradeStatus } from './trade.ts';

export const OUTCOMES = ['selected', 'updated', 'unchanged', 'requested', 'ended', 'resolved', 'failed'] as const;
/**
 * `selected`: a dry run would have reached it. A sync left it `updated` or `unchanged`. Its cancel is `requested`, or it
 * had `ended` before. It is `resolved`: `toStatus` says how it ended. The command `failed`: `error` says why.
 */
export type Outcome = (typeof OUTCOMES)[number];

export interface CommandResult {
  clientOrderId: string;
  orderId: string | null;
  botId: string;
  productId: string;
  /** When the order was selected. */
  fromStatus: TradeStatus;
  /** As far as is known afterwards. */
  toStatus: TradeStatus | null;
  outcome: Outcome;
  error: string | null;
}

export function resultFor(
  { clientOrderId, orderId, botId, productId, status }: Trade,
  came: Pick<CommandResult, 'outcome' | 'toStatus'> & { error?: string },
): CommandResult {
  return { clientOrderId, orderId, botId, productId, fromStatus: status, error: null, ...came };
}
