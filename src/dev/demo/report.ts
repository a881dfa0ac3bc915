/** The table at the end: what became of each order, and whether the database says what truly happened. */
import { paintStatus } from '../../cli/order-view.ts';
import type { Paint } from '../../cli/output.ts';
import { table } from '../../cli/text-table.ts';
import { equalDecimals } from '../../domain/decimal.ts';
import { meaningOf } from '../../domain/order/exchange-order.ts';
import { isEnded, type Trade, type TradeStatus } from '../../domain/order/trade.ts';
import type { TradeStore } from '../../ports/trade-store.ts';
import type { Ledger } from '../../simulator/index.ts';
import type { DemoOrder } from './orders.ts';

export interface ReportRow {
  id: string;
  story: string;
  /** What a bot would have recorded that takes the exchange's answer to its order for the order's end. */
  botAlone: TradeStatus;
  status: TradeStatus;
  detectedBy: string;
  /** For how long the bot was blocked on the product, in seconds; `blocked` while it is. */
  blocked: string;
  filled: string;
  /** Empty when the row is right. */
  wrong: string[];
}

export async function reportRow(order: DemoOrder, trades: TradeStore, ledger: Ledger): Promise<ReportRow> {
  const { clientOrderId } = order.request;
  const trade = await trades.find(clientOrderId);
  if (trade === null) throw new Error(`${clientOrderId} has no row`);
  return {
    id: clientOrderId.slice(-2),
    story: order.story,
    botAlone: ledger.posts(clientOrderId).at(-1)?.outcome === 'refused' ? 'rejected' : 'pending',
    status: trade.status,
    detectedBy: trade.detectedBy ?? '-',
    blocked: await blockedFor(trade, trades),
    filled: trade.filledSize,
    wrong: [...differsFromExpected(order, trade), ...(await differsFromLedger(trade, trades, ledger))],
  };
}

async function blockedFor(trade: Trade, trades: TradeStore): Promise<string> {
  const events = await trades.events(trade.clientOrderId);
  const release = events.find((event) => isEnded(event.toStatus));
  if (release === undefined) return 'blocked';
  return `${((Date.parse(release.at) - Date.parse(trade.createdAt)) / 1000).toFixed(2)} s`;
}

function differsFromExpected({ expected }: DemoOrder, trade: Trade): string[] {
  const wrong: string[] = [];
  if (trade.status !== expected.status) wrong.push(`status is ${trade.status}, not ${expected.status}`);
  if (trade.detectedBy !== expected.detectedBy)
    wrong.push(`detected by ${trade.detectedBy}, not ${expected.detectedBy}`);
  return wrong;
}

async function differsFromLedger(trade: Trade, trades: TradeStore, ledger: Ledger): Promise<string[]> {
  const truth = ledger.orderByClientId(trade.clientOrderId);
  const wrong: string[] = [];
  if (ledger.postCount(trade.clientOrderId) !== 1) wrong.push(`posted ${ledger.postCount(trade.clientOrderId)} times`);
  if (truth === undefined) {
    if (trade.status !== 'rejected') wrong.push('the exchange has no such order');
    return wrong;
  }
  const meaning = meaningOf(truth.status);
  const shouldBe = meaning.kind === 'ended' ? meaning.as : 'pending';
  if (trade.status !== shouldBe) wrong.push(`the exchange says ${truth.status}`);
  if (trade.orderId !== truth.orderId) wrong.push(`the exchange's id is ${truth.orderId}`);
  if (!equalDecimals(trade.filledSize, truth.filledSize)) wrong.push(`filled is ${truth.filledSize}`);
  if (!equalDecimals(trade.filledValue ?? '0', truth.filledValue)) wrong.push(`value is ${truth.filledValue}`);
  if (!equalDecimals(trade.totalFees ?? '0', truth.totalFees)) wrong.push(`fees are ${truth.totalFees}`);
  const fills = await trades.fillsOf(truth.orderId);
  if (isEnded(trade.status) && fills.length !== truth.fills.length) {
    wrong.push(`${fills.length} of ${truth.fills.length} fills are recorded`);
  }
  return wrong;
}

export function reportTable(rows: readonly ReportRow[], paint: Paint): string {
  const header = ['', 'WHAT HAPPENED', 'BOT ALONE', 'ORDER-SYNC', 'DETECTED BY', 'BLOCKED', 'FILLED', 'TRUE'];
  const body = rows.map((row) => [
    row.id,
    row.story,
    paintStatus(row.botAlone, paint),
    paintStatus(row.status, paint),
    row.detectedBy,
    row.blocked,
    row.filled,
    row.wrong.length === 0 ? 'yes' : paint.red(`NO: ${row.wrong.join('; ')}`),
  ]);
  return table(header, body);
}

/** What the columns mean, and the verdict. */
export function reportSummary(rows: readonly ReportRow[]): string {
  const stuck = rows.filter(({ botAlone, status }) => botAlone !== status).length;
  return [
    `BOT ALONE: what a bot records that never asks again; ${stuck} of ${rows.length} would be wrong, and stay blocked.`,
    'BLOCKED: until the end was in the database. TRUE: the row, its fees and its fills are those of the exchange.',
    `All ${rows.length} rows are right.`,
  ].join('\n');
}
