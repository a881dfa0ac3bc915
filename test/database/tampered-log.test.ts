import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { checkLog } from '../../src/audit/log/check-log.ts';
import { openCheckpoint, signCheckpoint } from '../../src/audit/log/checkpoint.ts';
import { growTree } from '../../src/audit/log/grow-tree.ts';
import { contradictionWith, rootOf } from '../../src/audit/log/prove.ts';
import { createSigningKey } from '../../src/audit/log/signed-note.ts';
import type { Database } from '../../src/database/database.ts';
import { eventually } from '../support/waiting.ts';
import { acceptedFact, migratedDatabase, newFill, placingTrade } from './fixtures.ts';
import { onOwnConnection } from './locks.ts';

const TABLES = ['order_events', 'fills', 'log_leaves', 'log_nodes'];
const key = createSigningKey('log');

let url: string;
let db: Database;
/** Signed over the first eleven leaves. */
let head: string;

beforeEach(async () => {
  ({ url, db } = await migratedDatabase());
  for (let n = 0; n < 5; n += 1) await loggedOrder();
  await untilSize(11);
  const tree = await db.log.tree();
  head = signCheckpoint({ origin: 'log', size: 11, root: await rootOf(tree, 11) }, [key]);
  await untilSize(15);
});
afterEach(() => db.close());

/** Two events and a fill. */
async function loggedOrder(): Promise<void> {
  const trade = await placingTrade(db);
  await db.trades.apply(trade.clientOrderId, acceptedFact(trade));
  await db.trades.recordFills([newFill({ orderId: `exchange-${trade.clientOrderId}` })]);
}

async function untilSize(size: number): Promise<void> {
  const grow = async () => {
    const missing = size - (await db.log.tree()).size;
    if (missing > 0) await db.log.append(missing, growTree);
    return missing === 0;
  };
  await eventually(grow, { withinMs: 10_000, what: `a log of ${size} leaves` });
}

/** As somebody who owns the database can. */
async function tamper(...statements: string[]): Promise<void> {
  await onOwnConnection(url, async (em) => {
    for (const table of TABLES) await em.execute(`alter table ${table} disable trigger user`);
    for (const statement of statements) await em.execute(statement);
    for (const table of TABLES) await em.execute(`alter table ${table} enable trigger user`);
  });
}

/** Throws the log away and makes it anew from the rows, heads and all: what a bare chain of hashes cannot tell. */
async function rewriteLog(size: number): Promise<void> {
  await tamper('delete from log_leaves', 'delete from log_nodes');
  await untilSize(size);
}

async function contradiction(): Promise<string | null> {
  const { checkpoint } = openCheckpoint(head, [key]);
  return contradictionWith(await db.log.tree(), checkpoint);
}

async function findings(): Promise<string[]> {
  return (await checkLog(db.log)).findings;
}

describe('a log that nobody tampered with', () => {
  it('is what its head says, and what its rows are', async () => {
    expect(await contradiction()).toBeNull();
    expect(await checkLog(db.log)).toEqual({ size: 15, moved: 0, findings: [] });
  });

  it('is rebuilt as it was, if only the log was lost', async () => {
    await rewriteLog(15);
    expect(await contradiction()).toBeNull();
    expect(await findings()).toEqual([]);
  });
});

describe('somebody who owns the database', () => {
  it.each([
    [
      'an event',
      "update order_events set requested_by = 'nobody' where id = 1",
      /^the event 1 \(leaf 0\) is not what was/,
    ],
    [
      'a fill',
      'update fills set price = price + 0.01 where id = 1',
      /^the fill entry-\d+ \(leaf 2\) is not what was logged$/,
    ],
    [
      'the time of an event',
      "update order_events set at = at + interval '1 us' where id = 1",
      /^the event 1 \(leaf 0\)/,
    ],
  ])('cannot change %s unseen', async (_what, statement, finding) => {
    await tamper(statement);
    expect(await findings()).toEqual([expect.stringMatching(finding)]);
  });

  it('cannot delete a row unseen', async () => {
    await tamper('delete from order_events where id = 1');
    expect(await findings()).toEqual(['the event 1 (leaf 0) is gone']);
  });

  it('cannot insert a row unseen among those that are logged', async () => {
    await tamper(
      `insert into order_events (client_order_id, to_status, state, cause, source, written_in)
       select client_order_id, 'placing', 'placed', 'observed', 'look', written_in from order_events where id = 1`,
    );
    expect(await findings()).toEqual([
      expect.stringMatching(/^the event \d+ was never logged, though later ones were$/),
    ]);
  });

  it('cannot swap two leaves unseen', async () => {
    await tamper(
      'update log_leaves set index = -1 where index = 3',
      'update log_leaves set index = 3 where index = 4',
      'update log_leaves set index = 4 where index = -1',
    );
    expect(await findings()).toEqual(['the stored tree is not that of its leaves']);
  });

  it('cannot change a leaf to fit a changed row unseen', async () => {
    await tamper(
      "update order_events set requested_by = 'nobody' where id = 1",
      "update log_leaves set hash = sha256('other') where index = 0",
    );
    expect(await findings()).toContain('the stored tree is not that of its leaves');
  });

  it('cannot cut the end off unseen', async () => {
    await tamper('delete from log_leaves where index >= 9', 'delete from log_nodes');
    expect(await contradiction()).toBe('it has 9 leaves, and had 11');
  });

  it('cannot cut a leaf out unseen', async () => {
    await tamper('delete from log_leaves where index = 5');
    expect(await findings()).toContain('leaf 5 is missing');
  });

  it.each([
    ['a changed row', "update order_events set requested_by = 'nobody' where id = 1", 15],
    ['a row less', 'delete from order_events where id = 2', 14],
    [
      'a row more',
      `insert into order_events (client_order_id, to_status, state, cause, source, written_in)
       select client_order_id, 'placing', 'placed', 'observed', 'look', written_in from order_events where id = 1`,
      16,
    ],
    ['two rows in another order', "update fills set written_in = '0' where id = 2", 15],
  ])('cannot make a whole new log with %s: it contradicts the head', async (_what, statement, size) => {
    await tamper(statement);
    await rewriteLog(size);
    expect(await findings()).toEqual([]);
    expect(await contradiction()).toBe('its first 11 leaves are not those that were signed');
  });

  it('cannot sign another head: the key is not in the database', async () => {
    const other = signCheckpoint({ origin: 'log', size: 15, root: await rootOf(await db.log.tree(), 15) }, [
      createSigningKey('log'),
    ]);
    expect(() => openCheckpoint(other, [key])).toThrow('signed by none of the known keys');
  });
});
