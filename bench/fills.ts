/** Fills of open orders at the exchange, and when each was committed. */
import { atRate, until } from './pace.ts';
import type { OpenOrder, World } from './world.ts';

/** When something happened to each order: client order id to Unix milliseconds. */
export type Times = Map<string, number>;

/** The orders that are filled while `work` runs, each with the time at which the exchange reports the change. */
export async function fillsDuring<Result>(
  { simulator }: World,
  work: () => Promise<Result>,
): Promise<{ result: Result; filledAtMs: Times }> {
  const filledAtMs: Times = new Map();
  const forget = simulator.exchange.onChange(({ clientOrderId, status }) => {
    if (status === 'FILLED' && !filledAtMs.has(clientOrderId)) filledAtMs.set(clientOrderId, Date.now());
  });
  try {
    return { result: await work(), filledAtMs };
  } finally {
    forget();
  }
}

/** Fills the orders at a steady pace. */
export async function fillSteadily(
  world: World,
  orders: readonly OpenOrder[],
  perSecond: number,
  signal: AbortSignal,
): Promise<Times> {
  const { filledAtMs } = await fillsDuring(world, () =>
    atRate(perSecond, orders.length, signal, (index) => {
      const orderId = orders[index]?.orderId;
      if (orderId !== undefined) world.simulator.exchange.act(orderId, { do: 'fill' });
    }),
  );
  return filledAtMs;
}

/**
 * When the end of each order was committed, by the database's clock: `order_events.at`, which is written in the
 * transaction itself, some milliseconds before its commit is on disk. Waits for those that are missing.
 */
export async function commitsOf(
  { sql }: World,
  filledAtMs: Times,
  { withinMs, signal, onProgress }: { withinMs: number; signal: AbortSignal; onProgress: (line: string) => void },
): Promise<Times> {
  const since = new Date(Math.min(...filledAtMs.values()) - 1_000).toISOString();
  const committedAtMs: Times = new Map();
  await until(
    async () => {
      const rows = await sql.query<{ id: string; at_ms: string }>(
        `select client_order_id as id, (extract(epoch from min(at)) * 1000)::text as at_ms from order_events
         where at >= ? and to_status = 'completed' group by client_order_id`,
        [since],
      );
      for (const { id, at_ms: atMs } of rows) if (filledAtMs.has(id)) committedAtMs.set(id, Number(atMs));
      return committedAtMs.size === filledAtMs.size;
    },
    {
      withinMs,
      signal,
      onLongWait: () => onProgress(`${committedAtMs.size} of ${filledAtMs.size} fills are committed`),
    },
  );
  return committedAtMs;
}

/** From the fill to its commit, of those that were committed. */
export function waitsBetween(filledAtMs: Times, committedAtMs: Times): number[] {
  return [...committedAtMs].map(([id, atMs]) => Math.max(0, atMs - (filledAtMs.get(id) ?? atMs)));
}
