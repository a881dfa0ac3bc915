import { createHash, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { growTree } from '../../src/audit/log/grow-tree.ts';
import { hashOfLeaf, leafOf } from '../../src/audit/log/leaf.ts';
import { InclusionVerifier, verifyConsistency } from '../../src/audit/log/merkle-proof.ts';
import { proveConsistency, proveOrders, rootOf } from '../../src/audit/log/prove.ts';
import { openDatabase, type Database } from '../../src/database/database.ts';
import { workflowIdOf } from '../../src/domain/order/order-request.ts';
import type { ArchivedRun } from '../../src/ports/history-archive.ts';
import type { LoggedLeaf } from '../../src/ports/transparency-log.ts';
import { memoryTree } from '../audit/log/memory-tree.ts';
import { eventually } from '../support/waiting.ts';
import { acceptedFact, migratedDatabase, newFill, placingTrade } from './fixtures.ts';
import { onOwnConnection } from './locks.ts';

let url: string;
let db: Database;

beforeAll(async () => {
  ({ url, db } = await migratedDatabase());
});
afterAll(() => db.close());

/** Appends until nothing waits, not even for the transactions of other tests' connections. */
async function appendAll(limit = 500): Promise<void> {
  await eventually(
    async () => {
      await db.log.append(limit, growTree);
      return (await db.log.waitingSeconds()) === 0;
    },
    { withinMs: 10_000, what: 'a leaf for every row' },
  );
}

async function leavesFrom(from: number): Promise<LoggedLeaf[]> {
  return db.log.leaves(from, 500);
}

function archivedRun(clientOrderId: string, closedAt: string): Omit<ArchivedRun, 'archivedAt'> {
  return {
    clientOrderId,
    runId: randomUUID(),
    workflowId: workflowIdOf(clientOrderId),
    closeStatus: 'COMPLETED',
    buildId: '0123456789abcdef',
    startedAt: '2020-01-01T00:00:00.000Z',
    closedAt,
    finalState: null,
    eventCount: 1,
    history: gzipSync('{}'),
    sha256: createHash('sha256').update('{}').digest('hex'),
  };
}

/** An order with events, a fill, an archived run and the deletion of another. */
async function wholeOrder(): Promise<string> {
  const trade = await placingTrade(db);
  const { clientOrderId } = trade;
  await db.trades.apply(clientOrderId, acceptedFact(trade));
  await db.trades.recordFills([newFill({ orderId: `exchange-${clientOrderId}`, price: '20000.100' })]);
  await db.histories.add(archivedRun(clientOrderId, '2020-01-01T00:00:01.000Z'));
  // Logged, before it is deleted.
  await appendAll();
  await db.histories.deleteOlderThan(365, 10);
  await db.histories.add(archivedRun(clientOrderId, new Date().toISOString()));
  return clientOrderId;
}

describe('the transparency log', () => {
  it('has a leaf of each event, fill, archived run and deletion, in the order in which they were committed', async () => {
    const { size } = await db.log.tree();
    const clientOrderId = await wholeOrder();

    await appendAll();

    const leaves = await leavesFrom(size);
    // The row of the run that was deleted is gone: its deletion says so.
    expect(leaves.map(({ kind, row }) => [kind, row === null ? null : (row.columns['cause'] ?? '')])).toEqual([
      ['event', 'intent'],
      ['event', 'accepted'],
      ['fill', ''],
      ['archive', null],
      ['deletion', ''],
      ['archive', ''],
    ]);
    for (const { kind, hash, row } of leaves) {
      const again = row && Buffer.from(hashOfLeaf(leafOf(kind, row.columns))).toString('hex');
      expect(again ?? Buffer.from(hash).toString('hex')).toBe(Buffer.from(hash).toString('hex'));
    }
    expect(await db.log.rowsOf(clientOrderId)).toHaveLength(5);
  });

  it('is the same tree whatever the batches were', async () => {
    for (let n = 0; n < 3; n += 1) await wholeOrder();
    await appendAll(2);
    const tree = await db.log.tree();

    const whole = memoryTree((await leavesFrom(0)).map(({ hash }) => hash));

    for (const size of [1, 2, tree.size - 1, tree.size]) expect(await rootOf(tree, size)).toEqual(whole.rootOf(size));
  });

  it('does not skip a row that is committed late, after others that were written later', async () => {
    await appendAll();
    const late = await placingTrade(db);
    const early = await placingTrade(db);
    await appendAll();
    const { size } = await db.log.tree();

    const meanwhile = await onOwnConnection(url, async (em) => {
      await em.begin();
      await em.execute(
        `insert into fills (entry_id, order_id, trade_time, trade_type, price, size, size_in_quote, commission)
         values ('late', ?, now(), 'FILL', 1, 1, false, 0)`,
        [late.clientOrderId],
      );
      await db.trades.apply(early.clientOrderId, acceptedFact(early));
      await db.log.append(500, growTree);
      const waitingSeconds = await db.log.waitingSeconds();
      await em.commit();
      return { appended: (await db.log.tree()).size - size, waitingSeconds };
    });
    expect(meanwhile.appended).toBe(0);
    expect(meanwhile.waitingSeconds).toBeGreaterThan(0);

    await appendAll();
    expect((await leavesFrom(size)).map(({ kind, ref }) => (kind === 'fill' ? ref : kind))).toEqual(['late', 'event']);
  });

  it('never waits for an order, and never delays one', async () => {
    const order = await placingTrade(db);
    let during: unknown;
    await eventually(
      async () => {
        await db.log.append(500, async (tree, rows) => {
          during ??= (await db.trades.apply(order.clientOrderId, acceptedFact(order))).isNews;
          return growTree(tree, rows);
        });
        return during;
      },
      { withinMs: 10_000, what: 'an order that changes during a batch' },
    );
    expect(during).toBe(true);
  });

  it('is written by one process at a time, and never forks', async () => {
    await appendAll();
    const { size } = await db.log.tree();
    const second = await openDatabase({ url });
    try {
      const held = await eventually(
        async () => {
          await placingTrade(db);
          let other: unknown = 'not asked';
          await db.log.append(500, async (tree, rows) => {
            other = await second.log.append(500, growTree);
            return growTree(tree, rows);
          });
          return other === 'not asked' ? null : { other };
        },
        { withinMs: 10_000, what: 'a batch of one process during that of another' },
      );
      expect(held).toEqual({ other: null });
      for (let n = 0; n < 20; n += 1) {
        await placingTrade(db);
        await Promise.all([db.log.append(1, growTree), second.log.append(1, growTree)]);
      }
    } finally {
      await second.close();
    }
    await appendAll();
    const leaves = await leavesFrom(size);
    expect(new Set(leaves.map(({ kind, ref }) => `${kind}/${ref}`)).size).toBe(leaves.length);
    expect(leaves.map(({ index }) => index)).toEqual(leaves.map((_, place) => size + place));
  });

  it('proves the leaves of one order without any other row, and that it only grew', async () => {
    const clientOrderId = await wholeOrder();
    await appendAll();
    const earlier = await db.log.tree();
    const first = { size: earlier.size, root: await rootOf(earlier, earlier.size) };
    await wholeOrder();
    await appendAll();
    const tree = await db.log.tree();
    const head = { size: tree.size, root: await rootOf(tree, tree.size) };

    const leaves = await proveOrders(db.log, [clientOrderId], head.size);
    const log = new InclusionVerifier(head);

    expect(leaves.map(({ kind }) => kind)).toEqual(['event', 'event', 'fill', 'archive', 'deletion']);
    for (const { leaf, proof } of leaves) {
      const { index = -1, path = [] } = proof ?? {};
      expect(log.verify({ hash: hashOfLeaf(leaf), index }, path)).toBe(true);
    }
    expect(verifyConsistency(first, head, await proveConsistency(tree, first.size, head.size))).toBe(true);
  });

  it('says that nothing proves a row that waits for its leaf', async () => {
    await appendAll();
    const { size } = await db.log.tree();
    const { clientOrderId } = await placingTrade(db);
    expect(await proveOrders(db.log, [clientOrderId], size)).toMatchObject([{ kind: 'event', proof: null }]);
  });

  it('has every column of the rows in their leaves, but their place and the histories themselves', async () => {
    const clientOrderId = await wholeOrder();
    const columns = await onOwnConnection(url, (em) =>
      em.execute<{ table: string; column: string; type: string }[]>(
        `select table_name as "table", column_name as "column", udt_name as type from information_schema.columns
         where table_name in ('order_events', 'fills', 'workflow_histories', 'archive_deletions', 'moved_orders')`,
      ),
    );
    const tables = {
      event: 'order_events',
      fill: 'fills',
      archive: 'workflow_histories',
      deletion: 'archive_deletions',
      move: 'moved_orders',
    };
    for (const { kind, columns: row } of await db.log.rowsOf(clientOrderId)) {
      const own = columns.filter(
        ({ table, column }) => table === tables[kind] && !['written_in', 'history'].includes(column),
      );
      const leaf = leafOf(kind, row);
      expect(Object.keys(leaf).toSorted()).toEqual(['kind', ...own.map(({ column }) => column)].toSorted());
      const times = own.filter(({ type, column }) => type === 'timestamptz' && leaf[column] !== null);
      const written = times.map(({ column }) => String(leaf[column])).filter((time) => !/\.\d{6}Z$/.test(time));
      expect(written).toEqual([]);
    }
  });

  it('can be neither changed nor shortened', async () => {
    await onOwnConnection(url, async (em) => {
      await expect(em.execute('delete from log_leaves where index = 0')).rejects.toThrow('DELETE is refused');
      await expect(em.execute("update log_leaves set ref = 'x'")).rejects.toThrow('UPDATE is refused');
      await expect(em.execute('truncate log_nodes')).rejects.toThrow('TRUNCATE is refused');
      await expect(em.execute('update fills set price = 1')).rejects.toThrow('fills is append-only');
    });
  });
});

describe('the heads of the log', () => {
  it('are kept if they were published, and replaced by the next one otherwise', async () => {
    const head = (size: number) => ({ size, note: `note ${size}`, verifierKeys: ['key'] });
    expect(await db.log.head()).toBeNull();
    expect(await db.log.claimPublication(60)).toBeNull();
    await db.log.recordHead(head(3));
    await db.log.recordHead(head(5));
    await db.log.recordHead(head(4));
    expect(await db.log.head()).toMatchObject(head(5));

    const claims = await Promise.all([db.log.claimPublication(60), db.log.claimPublication(60)]);
    await db.log.recordHead(head(7));
    await db.log.recordHead(head(8));

    expect(claims.filter((claim) => claim !== null)).toMatchObject([head(5)]);
    expect(await db.log.claimPublication(60)).toBeNull();
    const kept = await onOwnConnection(url, (em) =>
      em.execute<{ size: string }[]>('select size from log_heads order by size'),
    );
    expect(kept.map(({ size }) => Number(size))).toEqual([5, 8]);
    expect(await db.log.claimPublication(0)).toMatchObject(head(8));
  });
});

describe('a database that was restored into another server', () => {
  it('gets no further leaves, and the error tells what to do', async () => {
    const { url: restoredUrl, db: restored } = await migratedDatabase();
    try {
      const { clientOrderId } = await placingTrade(restored);
      // As text, the smaller number would be the greater.
      for (const writtenIn of ['999', '9000000000000']) {
        await onOwnConnection(restoredUrl, (em) =>
          em.execute(
            `insert into order_events (client_order_id, to_status, state, cause, source, written_in)
             values (?, 'placing', 'placed', 'observed', 'look', ?::xid8)`,
            [clientOrderId, writtenIn],
          ),
        );
      }
      await expect(restored.log.append(10, growTree)).rejects.toThrow(/transaction 9000000000000, .*after-restore/);
    } finally {
      await restored.close();
    }
  });
});
