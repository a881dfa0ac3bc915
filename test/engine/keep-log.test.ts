import { mkdtemp, readFile, rm, stat, chmod, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openCheckpoint } from '../../src/audit/log/checkpoint.ts';
import { lastHead } from '../../src/audit/log/heads-file.ts';
import { addKey, readKeyFile, retireOldKeys } from '../../src/audit/log/key-file.ts';
import { createSigningKey, encodeSigningKey } from '../../src/audit/log/signed-note.ts';
import type { Database } from '../../src/database/database.ts';
import { LogKeeper, type LogKeeperOptions } from '../../src/engine/keep-log.ts';
import type { LogFiles } from '../../src/engine/log-heads.ts';
import type { LogAlert } from '../../src/ports/alerts.ts';
import type { SignedHead } from '../../src/ports/transparency-log.ts';
import { createLog } from '../../src/process/log.ts';
import { migratedDatabase, placingTrade } from '../database/fixtures.ts';
import { onOwnConnection } from '../database/locks.ts';
import { eventually } from '../support/waiting.ts';

let url: string;
let db: Database;
let folder: string;
let files: LogFiles;
let alerts: LogAlert[];
let posted: SignedHead[];
let keepers: LogKeeper[];

beforeEach(async () => {
  ({ url, db } = await migratedDatabase());
  folder = await mkdtemp(join(tmpdir(), 'order-sync-log-'));
  files = { keyFile: join(folder, 'audit', 'keys'), headsFile: join(folder, 'audit', 'heads.jsonl') };
  [alerts, posted, keepers] = [[], [], []];
});
afterEach(async () => {
  await Promise.all(keepers.map((keeper) => keeper.stop()));
  await db.close();
  await rm(folder, { recursive: true });
});

/** A process of the engine, as far as it keeps the log. */
function keep(options: Partial<LogKeeperOptions> = {}): LogKeeper {
  const keeper = new LogKeeper({
    log: db.log,
    files,
    alerts: { reportLog: (alert) => alerts.push(alert), publishHead: (head) => posted.push(head) },
    logger: createLog({ level: 'error' }),
    ...options,
  });
  keepers.push(keeper);
  keeper.start();
  return keeper;
}

/** A head of so many leaves or more. */
function signedOver(size: number): Promise<SignedHead> {
  return eventually(
    async () => {
      const head = await db.log.head();
      return head !== null && head.size >= size && head;
    },
    { withinMs: 15_000, what: `a head of ${size} leaves` },
  );
}

function untilAlert(problem: LogAlert['problem'], stage: LogAlert['stage']): Promise<LogAlert> {
  return eventually(() => alerts.find((alert) => alert.problem === problem && alert.stage === stage), {
    withinMs: 15_000,
    what: `${problem} ${stage}`,
  });
}

async function tamper(...statements: string[]): Promise<void> {
  await onOwnConnection(url, async (em) => {
    for (const table of ['log_leaves', 'log_nodes', 'order_events']) {
      await em.execute(`alter table ${table} disable trigger user`);
    }
    for (const statement of statements) await em.execute(statement);
  });
}

async function stopped(keeper: LogKeeper): Promise<void> {
  await keeper.stop();
  alerts = [];
}

describe('the keeper of the transparency log', () => {
  it('creates its key, signs what was committed, and publishes the head once an hour', async () => {
    for (let n = 0; n < 3; n += 1) await placingTrade(db);
    const keeper = keep();
    const { note } = await signedOver(3);
    await eventually(() => posted.length === 1, { withinMs: 5_000, what: 'a head that is posted' });
    await placingTrade(db);
    await signedOver(4);

    const keys = await readKeyFile(files.keyFile);
    const published = await lastHead(files.headsFile);
    expect((await stat(files.keyFile)).mode & 0o777).toBe(0o600);
    expect(keys).toHaveLength(1);
    expect(openCheckpoint(note, keys).checkpoint).toMatchObject({ origin: keys[0]?.name, size: 3 });
    expect(published?.note).toBe(posted[0]?.note);
    expect((await readFile(files.headsFile, 'utf8')).split('\n')).toHaveLength(2);
    expect(posted).toHaveLength(1);
    expect(keeper.state.problems).toEqual({ behind: null, contradiction: null, unsigned: null });
    expect(alerts).toEqual([]);
  });

  it('appends to the file of each process, and posts by one of them', async () => {
    await placingTrade(db);
    keep();
    await signedOver(1);
    await eventually(() => posted.length === 1, { withinMs: 5_000, what: 'a head that is posted' });
    const other = { ...files, headsFile: join(folder, 'other.jsonl') };
    keep({ files: other });
    await eventually(() => lastHead(other.headsFile), { withinMs: 15_000, what: 'a head in the second file' });
    expect(posted).toHaveLength(1);
  });

  it('reports that the log was cut off while it was away, and signs nothing until it fits again', async () => {
    for (let n = 0; n < 3; n += 1) await placingTrade(db);
    await stopped(await signedByKeeper(3));
    await tamper(
      'create table kept as select * from order_events where id = 3',
      'delete from order_events where id = 3',
      'delete from log_leaves where index = 2',
      'delete from log_heads',
    );

    const keeper = keep();
    expect(await untilAlert('contradiction', 'found')).toMatchObject({ detail: 'it has 2 leaves, and had 3' });
    expect(await db.log.head()).toBeNull();
    expect(keeper.state.problems.contradiction).toBe('it has 2 leaves, and had 3');

    await tamper('insert into order_events overriding system value select * from kept');
    await untilAlert('contradiction', 'resolved');
    expect((await signedOver(3)).size).toBe(3);
  });

  it('reports that the log was made anew with another row, even with its heads', async () => {
    for (let n = 0; n < 3; n += 1) await placingTrade(db);
    await stopped(await signedByKeeper(3));
    await tamper(
      "update order_events set requested_by = 'nobody' where id = 1",
      ...['log_leaves', 'log_nodes', 'log_heads'].map((table) => `delete from ${table}`),
    );
    keep();
    expect(await untilAlert('contradiction', 'found')).toMatchObject({
      detail: 'its first 3 leaves are not those that were signed',
    });
  });

  it('does not accept a head that another key signed', async () => {
    await placingTrade(db);
    await stopped(await signedByKeeper(1));
    const [own] = await readKeyFile(files.keyFile);
    await writeFile(files.keyFile, `${encodeSigningKey(createSigningKey(own?.name ?? ''))}\n`, { mode: 0o600 });
    keep();
    expect(await untilAlert('contradiction', 'found')).toMatchObject({
      detail: 'the note is signed by none of the known keys',
    });
  });

  it('creates no new key if the old one is gone, and uses none that others can read', async () => {
    await placingTrade(db);
    await stopped(await signedByKeeper(1));
    const keys = await readFile(files.keyFile, 'utf8');
    await rm(files.keyFile);
    await stoppedAfter(keep(), 'unsigned', /keys is gone, and the log has heads that its key signed: put it back/);

    await writeFile(files.keyFile, keys);
    await chmod(files.keyFile, 0o644);
    await stoppedAfter(keep(), 'unsigned', /can be read by others: chmod 600/);

    await chmod(files.keyFile, 0o600);
    await placingTrade(db);
    keep();
    expect((await signedOver(2)).verifierKeys).toHaveLength(1);
  });

  it('signs with all keys of the file, and continues with the newest when the others are retired', async () => {
    await placingTrade(db);
    keep();
    await signedOver(1);
    const [old, young] = await addKey(files.keyFile);
    await placingTrade(db);
    const both = await signedOver(2);
    await retireOldKeys(files.keyFile);
    await placingTrade(db);
    const last = await signedOver(3);

    expect(old?.name).toBe(young?.name);
    expect(openCheckpoint(both.note, old ? [old] : []).signedBy).toEqual([old]);
    expect(openCheckpoint(both.note, young ? [young] : []).signedBy).toEqual([young]);
    expect(openCheckpoint(last.note, young ? [young] : []).checkpoint.size).toBe(3);
    expect(() => openCheckpoint(last.note, old ? [old] : [])).toThrow('signed by none of the known keys');
    expect(alerts).toEqual([]);
  });

  it('reports that it falls behind while a transaction does not end', async () => {
    await placingTrade(db);
    const keeper = keep({ lateAfterSeconds: 0.5 });
    await signedOver(1);
    await onOwnConnection(url, async (em) => {
      await em.begin();
      await em.execute('select pg_current_xact_id()');
      await placingTrade(db);
      await untilAlert('behind', 'found');
      expect(keeper.state.waitingSeconds).toBeGreaterThan(0.5);
      await em.commit();
    });
    await untilAlert('behind', 'resolved');
    expect((await signedOver(2)).size).toBe(2);
  });
});

async function signedByKeeper(size: number): Promise<LogKeeper> {
  const keeper = keep();
  await signedOver(size);
  await eventually(() => lastHead(files.headsFile), { withinMs: 5_000, what: 'a head in the file' });
  return keeper;
}

async function stoppedAfter(keeper: LogKeeper, problem: LogAlert['problem'], detail: RegExp): Promise<void> {
  expect((await untilAlert(problem, 'found')).detail).toMatch(detail);
  await stopped(keeper);
}
