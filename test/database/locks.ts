import type { EntityManager } from '@mikro-orm/postgresql';
import { createOrm } from '../../src/database/orm.ts';
import { eventually } from '../support/waiting.ts';

/** Runs `work` on a connection of its own. */
export async function onOwnConnection<T>(url: string, work: (em: EntityManager) => Promise<T>): Promise<T> {
  const orm = createOrm(url, 'postgres', 2);
  try {
    return await work(orm.em.fork());
  } finally {
    await orm.close();
  }
}

/** Commits what `first` does only when all of the operations that are started after it wait for its locks, and `last` is done. */
export function whileLocked<T>(
  url: string,
  first: (em: EntityManager) => Promise<unknown>,
  start: () => Promise<T>[],
  last: (em: EntityManager) => Promise<unknown> = async () => {},
): Promise<PromiseSettledResult<T>[]> {
  return onOwnConnection(url, async (em) => {
    await em.begin();
    await first(em);
    const operations = start();
    const outcomes = Promise.allSettled(operations);
    await eventually(
      async () => {
        await em.execute('select pg_stat_clear_snapshot()');
        const waiting = await em.execute(
          `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        );
        return waiting.length === operations.length;
      },
      { withinMs: 5_000, what: 'all operations to wait for the lock' },
    );
    await last(em);
    await em.commit();
    return outcomes;
  });
}

/** Locks the trade's row and leaves it as it is. */
export function lockRow(clientOrderId: string): (em: EntityManager) => Promise<unknown> {
  return (em) => em.execute('select id from trades where client_order_id = ? for update', [clientOrderId]);
}
