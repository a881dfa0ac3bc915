/** An exchange and the database of the program that trades there: the engine has one such world, the baseline another. */
import type { MikroORM } from '@mikro-orm/postgresql';
import { createOrm } from '../src/database/orm.ts';
import { snakeKeys } from '../src/domain/names.ts';
import { DEFAULT_POLICY, type OrderPolicy } from '../src/domain/order/policy.ts';
import { chunksOf } from '../src/activities/runtime/in-parallel.ts';
import type { Simulator } from '../src/simulator/index.ts';

export interface World {
  simulator: Simulator;
  sql: Sql;
}

export interface Sql {
  query<Row extends object>(text: string, parameters?: readonly unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

export interface OpenOrder {
  clientOrderId: string;
  orderId: string;
}

/** The name of the benchmark's own connections at the database. */
export const BENCH_CONNECTIONS = 'order-sync-bench';

/** Connections besides the engine's own; at most two by default. `isPatient`: statements have no time limit. */
export function openSql(databaseUrl: string, { poolSize = 2, isPatient = false } = {}): Sql {
  const url = new URL(databaseUrl);
  url.searchParams.set('application_name', BENCH_CONNECTIONS);
  const orm: MikroORM = createOrm(url.href, url.pathname.slice(1), poolSize, { isPatient });
  return {
    query: <Row extends object>(text: string, parameters: readonly unknown[] = []) =>
      orm.em.fork().execute<Row[]>(text, [...parameters]),
    close: () => orm.close(),
  };
}

/** The suffix of this run's order ids, so that they are new to a server that keeps workflows. */
const RUN = Date.now().toString(36);

let count = 0;

/** A client order id that no other order has. */
export function newOrderId(kind: string): string {
  count += 1;
  return `${kind}-${RUN}-${count}`;
}

const RESTING = {
  productId: 'BTC-USD',
  side: 'BUY',
  configuration: { limit_limit_gtc: { base_size: '0.002', limit_price: '50000.00', post_only: false } },
} as const;

/** The timer of the monitoring window does not fire during the run. */
const POLICY: OrderPolicy = { ...DEFAULT_POLICY, monitorForMs: 86_400_000 };

const PLACED_AGO_MS = 2 * 3_600_000;
const ROWS_A_STATEMENT = 500;

/** Creates orders that stay open at the exchange until the benchmark acts on them, with the rows that the engine would have written. */
export async function makeOpenOrders({ simulator, sql }: World, howMany: number): Promise<OpenOrder[]> {
  const createdAtMs = Date.now() - PLACED_AGO_MS;
  const made = Array.from({ length: howMany }, () => {
    const clientOrderId = newOrderId('open');
    simulator.exchange.setPlan({ clientOrderId }, {});
    const { order } = simulator.exchange.place({ clientOrderId, ...RESTING }, createdAtMs);
    return { clientOrderId, orderId: order.orderId };
  });
  for (const chunk of chunksOf(made, ROWS_A_STATEMENT))
    await insertRows(sql, chunk, new Date(createdAtMs).toISOString());
  return made;
}

/** In random order, by the exchange's ids: which ones are filled must not depend on their age, nor on when they are looked at. */
export function shuffled(orders: readonly OpenOrder[]): OpenOrder[] {
  return orders.toSorted((a, b) => (a.orderId < b.orderId ? -1 : 1));
}

function insertRows(sql: Sql, orders: readonly OpenOrder[], createdAt: string): Promise<object[]> {
  const common = [JSON.stringify(RESTING.configuration), JSON.stringify(snakeKeys(POLICY)), createdAt, createdAt];
  const columns =
    'client_order_id, order_id, order_configuration, policy, created_at, updated_at, bot_id, product_id, side, status, post_attempts';
  const row = "(?, ?, ?, ?, ?, ?, 'bot7', 'BTC-USD', 'BUY', 'pending', 1)";
  return sql.query(
    `insert into trades (${columns}) values ${orders.map(() => row).join(', ')}`,
    orders.flatMap(({ clientOrderId, orderId }) => [clientOrderId, orderId, ...common]),
  );
}
