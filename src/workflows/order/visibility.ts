/** What Temporal's own lists and pages show of an order: search attributes and current details. */
import { defineSearchAttributeKey, SearchAttributeType, type SearchAttributeUpdatePair } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { OrderState, Trade } from '../../domain/order/trade.ts';

const ORDER_STATUS = defineSearchAttributeKey('OrderStatus', SearchAttributeType.KEYWORD);
const BOT_ID = defineSearchAttributeKey('BotId', SearchAttributeType.KEYWORD);
const PRODUCT_ID = defineSearchAttributeKey('ProductId', SearchAttributeType.KEYWORD);
const EXCHANGE_ORDER_ID = defineSearchAttributeKey('ExchangeOrderId', SearchAttributeType.KEYWORD);
const STALE_SINCE = defineSearchAttributeKey('StaleSince', SearchAttributeType.DATETIME);

/** Upserts what a change of status changes; an upsert is a history event, so it is left out when nothing does. */
export function showInLists(trade: Trade, before: Trade | null): void {
  const pairs: SearchAttributeUpdatePair[] = [];
  if (before === null) {
    pairs.push({ key: BOT_ID, value: trade.botId }, { key: PRODUCT_ID, value: trade.productId });
  }
  if (before === null || before.status !== trade.status) {
    pairs.push({ key: ORDER_STATUS, value: trade.status });
    if (trade.orderId !== null) pairs.push({ key: EXCHANGE_ORDER_ID, value: trade.orderId });
  } else if (trade.orderId !== before.orderId && trade.status !== 'placing') {
    // Found late. An order that is being placed is about to change its status anyway.
    pairs.push({ key: EXCHANGE_ORDER_ID, value: trade.orderId });
  }
  if (trade.staleSince !== (before?.staleSince ?? null)) {
    pairs.push({ key: STALE_SINCE, value: trade.staleSince === null ? null : new Date(trade.staleSince) });
  }
  if (pairs.length > 0) upsertSearchAttributes(pairs);
}

/** The details on the workflow's page in the Temporal UI; kept in memory, not in the history. */
export function showInDetails(state: OrderState): void {
  const lines = [
    `**${state.state}** (${state.status}) · ${state.side} ${state.productId} · bot ${state.botId}`,
    `filled ${state.filledSize}${state.averageFilledPrice === null ? '' : ` at ${state.averageFilledPrice}`}`,
    state.staleSince === null
      ? ''
      : `stale since ${state.staleSince}: send the signal \`manualSync\` to ask the exchange now`,
    state.reason === null ? '' : `reason: ${state.reason}`,
  ];
  setCurrentDetails(lines.filter((line) => line !== '').join('\n\n'));
}
