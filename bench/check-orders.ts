/** Whether the database says what truly happened to the engine's orders. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isEnded, type TradeStatus } from '../src/order/trade.ts';
import type { OrderCounts } from './scenario.ts';
import type { World } from './world.ts';

/** The engine asks for fills for 30 s at most. */
const FILLS_WITHIN_MS = 40_000;
const LOOK_EVERY_MS = 1_000;

interface Row {
  client_order_id: string;
  status: TradeStatus;
  fills: number;
}

/** Of orders that were filled at the exchange, or acknowledged to a bot: gives the fills their time, then counts. */
export async function checkOrders(world: World, clientOrderIds: readonly string[]): Promise<OrderCounts> {
  const giveUpAtMs = Date.now() + FILLS_WITHIN_MS;
  for (;;) {
    const counts = await count(world, clientOrderIds);
    if ((counts.unreleased === 0 && counts.lost === 0) || Date.now() > giveUpAtMs) return counts;
    await sleep(LOOK_EVERY_MS);
  }
}

async function count({ simulator, sql }: World, clientOrderIds: readonly string[]): Promise<OrderCounts> {
  const rows = await sql.query<Row>(
    `select client_order_id, status, (select count(*)::integer from fills where fills.order_id = trades.order_id) as fills
     from trades where status <> 'pending'`,
  );
  const byId = new Map(rows.map((row) => [row.client_order_id, row]));
  const counts = { checked: clientOrderIds.length, unreleased: 0, lost: 0 };
  for (const id of clientOrderIds) {
    const order = simulator.exchange.store.byClientOrderId(id);
    const row = byId.get(id);
    if (row === undefined || !isEnded(row.status)) counts.unreleased += 1;
    else if (order === undefined || row.status !== 'completed' || row.fills !== order.fillCount) counts.lost += 1;
  }
  return counts;
}
