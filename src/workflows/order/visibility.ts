/** What Temporal's own lists and pages show of an order: search attributes and current details. */
import { defineSearchAttributeKey, SearchAttributeType, type SearchAttributeUpdatePair } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { Trade } from '../../domain/order/trade.ts';
import type { OrderState } from '../../domain/order/order-state.ts';

const ORDER_STATUS = defineSearchAttributeKey('OrderStatus', SearchAttributeType.KEYWORD);
const BOT_ID = defineSearchAttributeKey('BotId', SearchAttributeType.KEYWORD);
const PRODUCT_ID = defineSearchAttributeKey('ProductId', SearchAttributeType.KEYWORD);
const EXCHANGE_ORDER_ID = defineSearchAttributeKey('ExchangeOrderId', SearchAttributeType.KEYWORD);
const STALE_SINCE = defineSearchAttributeKey('StaleSince', SearchAttributeType.DATETIME);

/** Upserts what a change of the row changes; an upsert is a history event, so it is left out when nothing does. */
export function showInLists(trade: Trade, before: Trade | null): void {
  const pairs: SearchAttributeUpdatePair[] = [];
  if (before === null) {
    pairs.push({ key: BOT_ID, value: trade.botId }, { key: PRODUCT_ID, value: trade.productId });
  }
  if (before?.status !== trade.status) pairs.push({ key: ORDER_STATUS, value: trade.status });
  // An order that is being placed is about to change its status anyway.
  if (trade.status !== 'placing' && (before?.status === 'placing' || before?.orderId !== trade.orderId)) {
    pairs.push({ key: EXCHANGE_ORDER_ID, value: trade.orderId });
  }
  if (trade.staleSince !== (before?.staleSince ?? null)) {
    pairs.push({ key: STALE_SINCE, value: trade.staleSince === null ? null : new Date(trade.staleSince) });
  }
  const news = pairs.filter(({ key, value }) => !isShown(key, value));
  if (news.length > 0) upsertSearchAttributes(news);
}

/** A client may give the first attributes with the start, which costs no event. */
function isShown(key: SearchAttributeUpdatePair['key'], value: unknown): boolean {
  const shown = workflowInfo().typedSearchAttributes.get(key) ?? null;
  return shown instanceof Date && value instanceof Date ? shown.getTime() === value.getTime() : shown === value;
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
