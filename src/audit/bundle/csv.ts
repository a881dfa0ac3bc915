/** Orders and executions as tables, with the names that FIX has for the columns. Both are made of the evidence alone. */
import { Big } from 'big.js';
import { stringify } from 'csv-stringify/sync';
import type { Fill } from '../../domain/order/exchange-order.ts';
import { totalsOf } from '../../domain/order/fill-totals.ts';
import { isEnded, type Trade } from '../../domain/order/trade.ts';
import type { StoredEvent } from '../../ports/trade-store.ts';
import type { Evidence } from '../verify/evidence.ts';
import { eventType, fillType, orderStatus, sideCode, sizes } from './fix-codes.ts';

const ORDER = ['ClOrdID', 'OrderID', 'Account', 'Symbol', 'Side', 'OrderQty', 'CashOrderQty'] as const;
const FIGURES = ['CumQty', 'LeavesQty', 'AvgPx', 'Commission', 'TransactTime'] as const;
const ORDER_COLUMNS = [...ORDER, 'OrdStatus', ...FIGURES, 'Text'] as const;
const EXECUTION = ['ExecID', 'ExecRefID', 'ExecType', 'OrdStatus', 'LastQty', 'LastPx'] as const;
const EXECUTION_COLUMNS = [...ORDER, ...EXECUTION, ...FIGURES] as const;

type Row = Partial<Record<(typeof ORDER_COLUMNS)[number] | (typeof EXECUTION_COLUMNS)[number], string>>;

/** An order's lines in the two tables: one among the orders, and any number among the executions. */
export interface OrderLines {
  order: string;
  executions: string;
}

export const ORDERS_HEADER = lines(ORDER_COLUMNS, [header(ORDER_COLUMNS)]);
export const EXECUTIONS_HEADER = lines(EXECUTION_COLUMNS, [header(EXECUTION_COLUMNS)]);

export function orderLines({ trade, events, fills: recorded, leaves }: Evidence): OrderLines {
  const fills = recorded.toSorted((a, b) => Date.parse(a.tradeTime) - Date.parse(b.tradeTime) || rankOf(a) - rankOf(b));
  const total: Row = {
    ...ofOrder(trade),
    OrdStatus: orderStatus(trade),
    CumQty: trade.filledSize,
    LeavesQty: openSize(trade, trade.filledSize, isEnded(trade.status)),
    AvgPx: trade.averageFilledPrice ?? '',
    Commission: trade.totalFees ?? '',
    TransactTime: trade.endedAt ?? trade.updatedAt,
    Text: trade.reason ?? '',
  };
  const ids = leaves.flatMap(({ leaf }) => (leaf.kind === 'event' ? [Number(leaf['id'])] : []));
  ids.sort((a, b) => a - b);
  const executions = [
    ...events.flatMap((event, index) => eventRow(trade, event, `event-${ids[index]}`, fills)),
    ...fills.map((fill, index) => fillRow(trade, fill, fills.slice(0, index + 1))),
  ];
  const inTime = executions.toSorted((a, b) => Date.parse(a.TransactTime ?? '') - Date.parse(b.TransactTime ?? ''));
  return { order: lines(ORDER_COLUMNS, [total]), executions: lines(EXECUTION_COLUMNS, inTime) };
}

function ofOrder(trade: Trade): Row {
  const { clientOrderId, orderId, botId, productId, side } = trade;
  return {
    ClOrdID: clientOrderId,
    OrderID: orderId ?? '',
    Account: botId,
    Symbol: productId,
    Side: sideCode(side),
    ...sizes(trade),
  };
}

function eventRow(trade: Trade, event: StoredEvent, id: string, fills: readonly Fill[]): Row[] {
  const type = eventType(event);
  if (type === null) return [];
  const before = fills.filter(({ tradeTime }) => Date.parse(tradeTime) <= Date.parse(event.at));
  return [
    {
      ...ofOrder(trade),
      ExecID: id,
      ExecType: type,
      OrdStatus: type,
      ...cumulated(trade, before, type !== 'A' && type !== '0'),
      Commission: '0',
      TransactTime: event.at,
    },
  ];
}

/** @param soFar - The fills up to and with this one. */
function fillRow(trade: Trade, fill: Fill, soFar: readonly Fill[]): Row {
  const type = fillType(fill);
  const totals = totalsOf(soFar);
  const isWhole = trade.status === 'completed' && new Big(totals.size).gte(trade.filledSize);
  const referred =
    type === 'F' ? undefined : soFar.find((one) => one.tradeId === fill.tradeId && one.tradeType === 'FILL');
  return {
    ...ofOrder(trade),
    OrderID: fill.orderId,
    ExecID: fill.entryId,
    ExecRefID: referred?.entryId ?? '',
    ExecType: type,
    OrdStatus: isWhole ? '2' : '1',
    LastQty: totalsOf([{ ...fill, tradeType: 'FILL' }]).size,
    LastPx: fill.price,
    ...cumulated(trade, soFar, isWhole),
    Commission: fill.commission,
    TransactTime: fill.tradeTime,
  };
}

function cumulated(trade: Trade, fills: readonly Fill[], isOver: boolean): Row {
  const { size, averagePrice } = totalsOf(fills);
  return { CumQty: size, LeavesQty: openSize(trade, size, isOver), AvgPx: averagePrice };
}

/** The exchange gives one time to a trade, its reversal and the entry that corrects it. */
function rankOf({ tradeType }: Fill): number {
  return ['FILL', 'REVERSAL', 'CORRECTION'].indexOf(tradeType);
}

/** Empty of an order by money, of which nobody knows how much it will buy. */
function openSize(trade: Trade, filled: string, isOver: boolean): string {
  const { OrderQty } = sizes(trade);
  if (isOver) return '0';
  return OrderQty === '' ? '' : new Big(OrderQty).minus(filled).toFixed();
}

function header(columns: readonly string[]): Row {
  return Object.fromEntries(columns.map((column) => [column, column]));
}

/** A text that a spreadsheet would compute is preceded by an apostrophe. */
function lines(columns: readonly string[], rows: readonly Row[]): string {
  return stringify([...rows], { columns: [...columns], escape_formulas: true });
}
