import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { growTree } from '../../src/audit/log/grow-tree.ts';
import type { Database } from '../../src/database/database.ts';
import { LogHeads, type LogFiles } from '../../src/engine/log-heads.ts';
import { placingTrade } from '../database/fixtures.ts';
import { onOwnConnection } from '../database/locks.ts';
import type { CommandLine } from './command-line.ts';
import { startLogFixture, type LogFixture } from './log-fixture.ts';

let fixture: LogFixture;
let url: string;
let db: Database;
let files: LogFiles;
let line: CommandLine;

beforeEach(async () => {
  fixture = await startLogFixture();
  ({ url, db, files, line } = fixture);
});
afterEach(() => fixture.stop());

const afterRestore = (): ReturnType<CommandLine> =>
  line('after-restore', '--requested-by', 'alice', '--reason', 'the backup of 06:00');

/** The last of these orders is not in the backup. */
async function restored(): Promise<void> {
  const heads = new LogHeads(db.log, files);
  for (const size of [2, 3]) {
    while ((await db.log.tree()).size < size) {
      await placingTrade(db);
      await fixture.grown((await db.log.tree()).size + 1);
    }
    await heads.sign();
    await heads.publish(0);
  }
  await onOwnConnection(url, async (em) => {
    for (const table of ['log_leaves', 'log_nodes', 'order_events']) {
      await em.execute(`alter table ${table} disable trigger user`);
    }
    await em.execute('delete from order_events where id = 3');
    await em.execute('delete from log_leaves where index = 2');
    await em.execute('delete from log_heads where size = 3');
  });
}

describe('a database that was restored from a backup', () => {
  it('has a log that the heads file contradicts: no head is signed, and audit head --check says so', async () => {
    await restored();
    const contradiction = 'it has 2 leaves, and had 3';
    expect(await new LogHeads(db.log, files).sign()).toEqual({ contradiction, unsigned: null });
    const check = await line('audit', 'head', '--check');
    expect(check).toMatchObject({ status: 1, err: expect.stringContaining(`heads.jsonl: ${contradiction}`) });
    expect((await line('audit', 'head', '--since', files.headsFile)).err).toContain('it was shortened');
  });

  it('is halted, and its log goes on: the heads file says who set it back, and why', async () => {
    await restored();

    const { status, out } = await afterRestore();

    expect({ status, out }).toMatchObject({ status: 0, out: expect.stringContaining('had 3 leaves and has 2') });
    expect(await db.halts.list()).toMatchObject([
      { botId: null, requestedBy: 'alice', reason: 'the backup of 06:00', cancelOpen: false },
    ]);
    const lines = (await readFile(files.headsFile, 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(3);
    expect(JSON.parse(lines[2] ?? '')).toMatchObject({
      restored: { requested_by: 'alice', reason: 'the backup of 06:00' },
    });
    expect(await new LogHeads(db.log, files).sign()).toEqual({ contradiction: null, unsigned: null });
    expect((await line('audit', 'head', '--check')).status).toBe(0);
  });

  it('is not changed by a second run', async () => {
    await restored();
    await afterRestore();
    const text = await readFile(files.headsFile, 'utf8');

    expect(await afterRestore()).toMatchObject({ status: 0, out: expect.stringContaining('has grown') });
    expect(await readFile(files.headsFile, 'utf8')).toBe(text);
  });

  it('is not touched while an engine works on it', async () => {
    const lease = { held: 1, wanted: 1, requestsPerSecond: 30, pausedForMs: 0, isLeaving: false };
    await db.requestLeases.renew('another', () => ({ lease, lastsMs: 60_000, expired: [] }));

    expect(await afterRestore()).toMatchObject({ status: 1, err: expect.stringContaining('stop them first') });
    expect(await db.halts.list()).toEqual([]);
  });
});

describe('a dump that was restored into another server', () => {
  it('gets leaves again once the transaction counter has passed those of its rows', async () => {
    const { clientOrderId } = await placingTrade(db);
    const ahead = 30_000;
    await onOwnConnection(url, (em) =>
      em.execute(
        `insert into order_events (client_order_id, to_status, state, cause, source, written_in)
         select ?, 'placing', 'placed', 'observed', 'look', (pg_snapshot_xmax(pg_current_snapshot())::text::bigint + ?)::text::xid8`,
        [clientOrderId, ahead],
      ),
    );
    await expect(db.log.append(10, growTree)).rejects.toThrow('order-sync after-restore');

    const { transactionsPassed } = JSON.parse((await line('after-restore', '--reason', 'moved', '--json')).out) as {
      transactionsPassed: number;
    };

    expect(transactionsPassed).toBeGreaterThan(ahead - 1_000);
    await fixture.grown(2);
  });
});
