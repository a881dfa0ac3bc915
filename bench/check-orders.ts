/** Compares the database with what truly happened to the engine's orders. */
import { isEnded, type TradeStatus } from '../src/domain/order/trade.ts';
import type { Bench } from './bench.ts';
import { until } from './pace.ts';
import { NO_ORDERS, type OrderCounts } from './scenario.ts';
import type { PostRecord } from '../src/simulator/index.ts';
import type { World } from './world.ts';

/** Fills that are not recorded by then are counted as lost. */
const FILLS_WITHIN_MS = 300_000;

interface Row {
  client_order_id: string;
  status: TradeStatus;
  fills: number;
}

/** Checks orders that were filled at the exchange or acknowledged to a bot, after waiting for their fills. */
export async function checkOrders(
  { world, size, signal, onProgress }: Pick<Bench, 'world' | 'size' | 'signal' | 'onProgress'>,
  clientOrderIds: readonly string[],
): Promise<OrderCounts> {
  let counts: OrderCounts = { ...NO_ORDERS, checked: clientOrderIds.length };
  const areAllIn = async (): Promise<boolean> => {
    counts = await count(world, clientOrderIds);
    return counts.unreleased === 0 && counts.lost === 0;
  };
  await until(areAllIn, {
    withinMs: FILLS_WITHIN_MS,
    everyMs: size.checkEveryMs,
    signal,
    onLongWait: () => onProgress(`the fills of ${counts.lost} of ${counts.checked} orders are not recorded yet`),
  });
  return counts;
}

async function count({ simulator, sql }: World, clientOrderIds: readonly string[]): Promise<OrderCounts> {
  const rows = await sql.query<Row>(
    `select client_order_id, status, (select count(*)::integer from fills where fills.order_id = trades.order_id) as fills
     from trades where status <> 'pending'`,
  );
  const byId = new Map(rows.map((row) => [row.client_order_id, row]));
  const counts = { ...NO_ORDERS, checked: clientOrderIds.length };
  for (const id of clientOrderIds) {
    const order = simulator.exchange.store.byClientOrderId(id);
    const row = byId.get(id);
    if (isPlacedTwice(simulator.ledger.posts(id))) counts.twice += 1;
    if (row === undefined || !isEnded(row.status)) counts.unreleased += 1;
    else if (order === undefined || row.status !== 'completed' || row.fills !== order.fillCount) counts.lost += 1;
  }
  return counts;
}

function isPlacedTwice(posts: readonly PostRecord[]): boolean {
  const created = posts.filter(({ outcome }) => outcome === 'created');
  return created.length > 1 || new Set(posts.map(({ body }) => body)).size > 1;
}
