/** Owner, worker and auditor: the engine trades without any right to change the schema or what was recorded. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MikroORM } from '@mikro-orm/postgresql';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GRANTED_TABLES } from '../../src/database/grants.ts';
import { openDatabase } from '../../src/database/database.ts';
import { keepBuild } from '../../src/temporal/builds.ts';
import { commandLine } from '../cli/command-line.ts';
import { archive } from '../support/archiving.ts';
import { limitOrder, marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { worldOf } from '../support/reconciling.ts';
import { workflowBundle } from '../support/resources.ts';
import { handleOf, monitored } from '../support/scenario.ts';
import { testServers } from '../support/servers.ts';
import { untilFillsComplete } from '../support/truth.ts';
import { eventually } from '../support/waiting.ts';
import { onOwnConnection } from './locks.ts';

/** In the place of `order_sync`, which is the database of this run's server. */
const NAME = `order_sync_${randomUUID().slice(0, 8)}`;
const [OWNER, WORKER, AUDITOR] = [`${NAME}_owner`, `${NAME}_worker`, `${NAME}_auditor`] as const;

let folder: string;
let ownerUrl: string;
let workerUrl: string;
let auditorUrl: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'order-sync-roles-'));
  await createRoles();
  [ownerUrl, workerUrl, auditorUrl] = [urlOf(OWNER), urlOf(WORKER), urlOf(AUDITOR)];
});
afterAll(() => rm(folder, { recursive: true }));

/** By the file that a superuser runs. */
async function createRoles(): Promise<void> {
  const file = await readFile(join(import.meta.dirname, '../../deploy/roles.sql'), 'utf8');
  const statements = file
    .replaceAll(/^--.*$/gm, '')
    .replaceAll('order_sync', NAME)
    .replaceAll(/:'\w+_password'/g, "'secret'")
    .split(';');
  const clientUrl = testServers().superuserUrl;
  const server = new MikroORM({ clientUrl, entities: [], discovery: { warnWhenNoEntities: false } });
  for (const statement of statements) if (statement.trim() !== '') await server.em.getConnection().execute(statement);
  await server.close();
}

function urlOf(role: string): string {
  const url = new URL(testServers().databaseUrl);
  [url.username, url.password, url.pathname] = [role, 'secret', `/${NAME}`];
  return url.href;
}

const migrate = (...flags: string[]): ReturnType<ReturnType<typeof commandLine>> =>
  commandLine({ environment: { DATABASE_URL: ownerUrl } })('migrate', ...flags);

async function refusalOf(url: string, statement: string): Promise<string> {
  return onOwnConnection(url, (em) => em.execute(statement)).then(
    () => 'it was done',
    (error: Error) => error.message,
  );
}

describe('the database of another role', () => {
  it('is not migrated by a worker, which says who may', async () => {
    const database = await openDatabase({ url: workerUrl });
    await expect(database.migrations.migrate()).rejects.toThrow(
      /lacks .*may not change the schema: run `order-sync migrate` as its owner/,
    );
    await database.close();
  });

  it('is closed to a worker until that is granted', async () => {
    await migrate();
    const { status, err } = await commandLine({ environment: { DATABASE_URL: workerUrl } })('list');
    expect({ status, err }).toMatchObject({ status: 1, err: expect.stringContaining('--grant-worker <role>') });
    const unknown = await migrate('--grant-worker', 'nobody_at_all');
    expect(unknown).toMatchObject({ status: 1, err: expect.stringContaining('there is no role nobody_at_all') });
  });

  it('that it may not connect to is named, and who may grant that', async () => {
    const name = `${NAME}_restored`;
    await onOwnConnection(testServers().superuserUrl, async (em) => {
      await em.execute('create database ??', [name]);
      await em.execute('revoke all on database ?? from public', [name]);
    });
    const url = new URL(workerUrl);
    url.pathname = `/${name}`;
    const { status, err } = await commandLine({ environment: { DATABASE_URL: url.href } })('list');
    expect(status).toBe(1);
    expect(err).toContain(`permission denied for database "${name}": its owner grants that, by`);
    expect(err).not.toMatch(/^ +at /m);
  });

  it('has no table that the grants do not name', async () => {
    const tables = await onOwnConnection(ownerUrl, (em) =>
      em.execute<{ tablename: string }[]>("select tablename from pg_tables where schemaname = 'public'"),
    );
    expect(tables.map(({ tablename }) => tablename).toSorted()).toEqual(GRANTED_TABLES.toSorted());
  });
});

describe('with the grants', () => {
  let test: TestEngine;
  let environment: Record<string, string>;
  const filled = marketOrder();
  beforeAll(async () => {
    await migrate('--grant-worker', WORKER, '--grant-auditor', AUDITOR);
    const logFiles = { keyFile: join(folder, 'keys'), headsFile: join(folder, 'heads.jsonl') };
    test = await startTestEngine({ databaseUrl: workerUrl, logFiles });
    const builds = join(folder, 'builds');
    await keepBuild(builds, workflowBundle());
    environment = {
      ...test.environment,
      DATABASE_URL: auditorUrl,
      ORDER_SYNC_BUILDS_DIR: builds,
      ORDER_SYNC_AUDIT_HEADS_FILE: logFiles.headsFile,
    };
  });
  afterAll(() => test?.stop());

  it('the engine places, cancels, reconciles, archives and logs', async () => {
    await test.outcome(await test.start(filled));
    const resting = limitOrder();
    await monitored(test, resting);
    await handleOf(test, resting).signal('cancelOrder');
    expect(await test.outcome(handleOf(test, resting))).toMatchObject({ status: 'cancelled' });
    await untilFillsComplete(test.trades, filled.clientOrderId);
    const world = worldOf(test);
    expect(await world.reconcile()).toMatchObject({ status: 'complete', gaps: [] });
    await world.close();
    expect(await archive(test, { keepDays: 1 })).toMatchObject({ failed: 0, problem: null });
    const { halts, log } = test.engine.database;
    await halts.halt({ botId: 'bot9', cancelOpen: false, requestedBy: 'alice', reason: 'a test' });
    await halts.resume({ botId: 'bot9', requestedBy: 'alice', reason: 'a test' });
    await eventually(async () => (await log.head()) !== null, { withinMs: 10_000, what: 'a signed head' });
  });

  it.each([
    'delete from order_events',
    'truncate order_events cascade',
    'update fills set price = 0',
    'delete from trades',
    'alter table order_events disable trigger user',
    'drop table halts',
    'create table mine (id integer)',
    'delete from log_leaves',
    'insert into moved_orders default values',
  ])('the worker may not: %s', async (statement) => {
    expect(await refusalOf(workerUrl, statement)).toMatch(/permission denied|must be owner/);
  });

  it('grants nothing as another role than the owner, and says so', async () => {
    const asWorker = commandLine({ environment: { DATABASE_URL: workerUrl } });
    expect(await asWorker('migrate', '--grant-auditor', AUDITOR)).toEqual({
      status: 1,
      out: '',
      err: expect.stringContaining(`${WORKER} does not own the tables`),
    });
  });

  it('the auditor reads orders and evidence', async () => {
    const line = commandLine({ environment, taskQueue: test.taskQueue });
    const { clientOrderId } = filled;
    for (const argv of [
      ['list'],
      ['status', clientOrderId],
      ['issues'],
      ['report', '--since', '1d'],
      ['audit', 'head', '--check'],
      ['audit', 'verify', clientOrderId],
      ['audit', 'show', clientOrderId],
      ['audit', 'export', clientOrderId, '--out', join(folder, 'bundle')],
    ]) {
      const { status, err } = await line(...argv);
      expect({ argv, status, err }).toEqual({ argv, status: 0, err: expect.any(String) });
    }
  });

  it('only the owner moves orders out', async () => {
    const out = join(folder, 'moved');
    const words = ['audit', 'move-out', '--ended-before', new Date().toISOString(), '--out', out, '--yes', '--json'];
    const as = (url: string) => commandLine({ environment: { ...environment, DATABASE_URL: url } });
    for (const url of [workerUrl, auditorUrl]) {
      const refused = await as(url)(...words);
      expect(refused).toMatchObject({ status: 1, err: expect.stringContaining('to the owner of the tables') });
    }
    const { status, out: answer } = await as(ownerUrl)(...words);
    expect({ status, ...JSON.parse(answer) }).toMatchObject({ status: 0, moved: 2, leftOut: [] });
  });

  it.each([
    'update trades set status = status',
    "insert into halts (requested_by, reason, cancel_open) values ('a', 'b', true)",
    'create table mine (id integer)',
  ])('the auditor may not: %s', async (statement) => {
    expect(await refusalOf(auditorUrl, statement)).toMatch(/permission denied|read-only transaction/);
  });
});
