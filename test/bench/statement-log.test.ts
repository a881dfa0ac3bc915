/** The benchmark's count of the statements of an order, on a real PostgreSQL. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { countOf, statementsDuring } from '../../bench/statement-log.ts';
import { openSql, type Sql } from '../../bench/world.ts';
import { createOrm } from '../../src/database/orm.ts';
import { startPostgres, type RunningPostgres } from '../../src/local/postgres.ts';

const ORDER = { clientOrderId: 'bot7-1', orderId: '0d6f9ac8-0000-4000-8000-000000000001' };
const { signal } = new AbortController();

let postgres: RunningPostgres;
let sql: Sql;
let orm: ReturnType<typeof createOrm>;
beforeAll(async () => {
  postgres = await startPostgres();
  sql = openSql(postgres.url);
  orm = createOrm(postgres.url, 'order_sync', 2);
});
afterAll(async () => {
  await orm.close();
  await sql.close();
  await postgres.stop();
});

function counted(work: () => Promise<unknown>): Promise<number> {
  const log = { superuserUrl: postgres.superuserUrl, logFile: postgres.logFile, signal };
  return statementsDuring(log, async () => void (await work())).then((statements) => countOf(statements, ORDER));
}

describe('countOf', () => {
  it("counts statements with either of the order's ids, and none with an id that only begins like it", async () => {
    const count = await counted(async () => {
      await orm.em.fork().execute('select ?::text', [ORDER.clientOrderId]);
      await orm.em.fork().execute('select ?::jsonb', [JSON.stringify({ orderIds: [ORDER.orderId] })]);
      await orm.em.fork().execute("select 'bot7-10'");
      await orm.em.fork().execute('select 1');
    });

    expect(count).toBe(2);
  });

  it('counts the whole transaction of a statement that names the order', async () => {
    const count = await counted(async () => {
      await orm.em.fork().transactional(async (em) => {
        await em.execute('select\n 1');
        await em.execute('select ?::text', [ORDER.clientOrderId]);
      });
      await orm.em.fork().transactional((em) => em.execute('select 1'));
    });

    expect(count).toBe(4);
  });

  it("leaves out the benchmark's own statements, and what was executed before", async () => {
    await orm.em.fork().execute('select ?::text', [ORDER.clientOrderId]);

    const count = await counted(() => sql.query('select ?::text', [ORDER.clientOrderId]));

    expect(count).toBe(0);
  });
});
