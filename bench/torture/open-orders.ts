import type { Arena } from './arena.ts';

/** How many there are of each status, in words; never rejects. */
export function openOrders({ database }: Arena): Promise<string> {
  return database.counts().then(
    ({ openOrders: { placing, pending, stale } }) =>
      `${placing.count} placing, ${pending.count} pending, ${stale.count} stale`,
    (error: unknown) => `database away: ${String(error)}`,
  );
}
