import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import proto from '@temporalio/proto';
import { judge } from '../../src/cli/doctor/clocks.ts';
import { judgeCurrent, judgeEarlier } from '../../src/cli/doctor/deployment-versions.ts';
import type { Finding } from '../../src/cli/doctor/finding.ts';
import { judgeServer } from '../../src/cli/doctor/temporal.ts';
import { ownVersion } from '../../src/process/identity.ts';
import { createKey, startSimulator } from '../../src/simulator/index.ts';
import { workerBuildId } from '../../src/temporal/builds.ts';
import { reconcileScheduleId } from '../../src/temporal/schedules.ts';
import { serverVersion, SUPPORTED_SERVERS, versioningProblem } from '../../src/temporal/server-version.ts';
import { startTestEngine, type TestEngine } from '../support/engine.ts';
import { testDatabase, uniqueTaskQueue, workflowBundle } from '../support/resources.ts';
import { eventually } from '../support/waiting.ts';
import { commandLine, type CommandLineOptions } from './command-line.ts';

const { WORKER_VERSIONING_MODE_VERSIONED: VERSIONED } = proto.temporal.api.enums.v1.WorkerVersioningMode;

let test: TestEngine;
beforeAll(async () => {
  test = await startTestEngine();
  // The server knows the worker when its first poll has arrived.
  const polls = async () => (await examined()).findings.get('worker')?.level === 'ok';
  await eventually(polls, { withinMs: 20_000, what: 'the worker to poll' });
});
afterEach(() => test.simulator.faults.clear());
afterAll(() => test?.stop());

interface Examined {
  status: number;
  findings: Map<string, Finding>;
  err: string;
}

async function examined(
  changed: Record<string, string> = {},
  options: CommandLineOptions = { taskQueue: test.taskQueue },
): Promise<Examined> {
  const line = commandLine({ ...options, environment: { ...test.environment, ...changed } });
  const { status, out, err } = await line('doctor', '--json');
  const { findings } = JSON.parse(out) as { findings: Finding[] };
  return { status, err, findings: new Map(findings.map((finding) => [finding.check, finding])) };
}

describe('doctor', () => {
  it('reports that all is in order, except that the schedules are not set up yet', async () => {
    const { status, findings, err } = await examined();

    const failed = [...findings.values()].filter(({ level }) => level === 'fail');
    expect({ status, err, failed }).toEqual({ status: 0, err: '', failed: [] });
    const levels = Object.fromEntries([...findings].map(([check, { level }]) => [check, level]));
    expect(levels).toEqual({
      'version of order-sync': 'ok',
      'build of order-sync': 'ok',
      'version of Node': 'ok',
      temporal: 'ok',
      'version of Temporal': 'ok',
      namespace: 'ok',
      'search attributes': 'ok',
      worker: 'ok',
      'worker deployment': 'ok',
      reconciliation: 'warn',
      archiving: 'warn',
      'clock of Temporal': 'ok',
      database: 'ok',
      'version of PostgreSQL': 'ok',
      migrations: 'ok',
      'archived histories': 'ok',
      'clock of the database': 'ok',
      'clocks of the processes': 'ok',
      exchange: 'ok',
      'clock of the exchange': 'ok',
      'payloads in Temporal': 'ok',
      'embedded servers': 'ok',
    });
    expect(findings.get('exchange')?.says).toContain('the key may view and trade, portfolio ');
    expect(findings.get('embedded servers')?.says).toBe('none is used');
  });

  it('prints a line for each check, and nothing secret', async () => {
    const line = commandLine({ environment: test.environment, taskQueue: test.taskQueue });

    const { status, out } = await line('doctor');

    expect(status).toBe(0);
    expect(out).toMatch(/\nok +database +answers\n/);
    expect(out).not.toContain('PRIVATE KEY');
  });

  it('exits 1 when nothing is reachable, with a remedy for each part', async () => {
    const { status, findings, err } = await examined({
      TEMPORAL_ADDRESS: '127.0.0.1:9',
      DATABASE_URL: 'postgres://nobody:hidden@127.0.0.1:9/nothing',
      COINBASE_REST_URL: 'http://127.0.0.1:9',
    });

    expect(status).toBe(1);
    expect(err).toBe('error: 4 of 9 checks failed\n');
    expect(findings.get('temporal')).toMatchObject({
      level: 'fail',
      remedy: expect.stringContaining('TEMPORAL_ADDRESS'),
    });
    expect(findings.get('database')).toMatchObject({ level: 'fail', remedy: expect.stringContaining('DATABASE_URL') });
    expect(findings.get('exchange')).toMatchObject({ level: 'fail', remedy: expect.stringContaining('COINBASE_') });
    expect(findings.get('version of order-sync')).toMatchObject({ level: 'ok', says: ownVersion() });
    expect(JSON.stringify([...findings.values()])).not.toContain('hidden');
  });

  it('looks for the password of the embedded database in the current folder, and continues without it', async () => {
    const before = process.cwd();
    const elsewhere = mkdtempSync(join(tmpdir(), 'order-sync-doctor-'));
    process.chdir(elsewhere);
    try {
      const { findings } = await examined({ DATABASE_URL: '' });
      expect(findings.get('database')).toMatchObject({
        level: 'fail',
        says: expect.stringMatching(/password cannot be read .* run this in the folder of `order-sync start`/),
      });
      expect(findings.get('temporal')).toMatchObject({ level: 'ok' });
    } finally {
      process.chdir(before);
      rmSync(elsewhere, { recursive: true });
    }
  });

  it('says that no worker polls, and how to start one', async () => {
    const { status, findings } = await examined({}, { taskQueue: uniqueTaskQueue() });

    expect(status).toBe(1);
    expect(findings.get('worker')).toMatchObject({
      level: 'fail',
      remedy: expect.stringContaining('order-sync worker'),
    });
  });

  it('says that the database lacks migrations', async () => {
    const { status, findings } = await examined({ DATABASE_URL: await testDatabase() });

    expect(status).toBe(1);
    expect(findings.get('database')).toMatchObject({ level: 'ok' });
    expect(findings.get('migrations')).toMatchObject({ level: 'fail', remedy: 'run `order-sync migrate`' });
  });

  it('looks into the given namespace', async () => {
    const none = await examined({ TEMPORAL_NAMESPACE: 'nobody-made-this' });
    expect(none.findings.get('namespace')).toMatchObject({
      level: 'fail',
      remedy: expect.stringContaining(
        'temporal operator namespace create --namespace nobody-made-this --retention 168h',
      ),
    });

    const namespace = `doctor-${randomUUID()}`;
    const { workflowService } = test.client;
    await workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: msToTs('1 day') });
    const { findings } = await eventually(
      async () => {
        const found = await examined({ TEMPORAL_NAMESPACE: namespace });
        return found.findings.get('namespace')?.level === 'ok' && found;
      },
      { withinMs: 20_000, what: 'the new namespace' },
    );
    expect(findings.get('namespace')?.says).toBe(`${namespace} keeps ended workflows for 24 h`);
    expect(findings.get('search attributes')).toMatchObject({ level: 'fail', says: expect.stringContaining('BotId') });
    expect(findings.get('reconciliation')).toMatchObject({
      level: 'warn',
      says: expect.stringContaining('does not exist yet'),
    });

    const { schedule } = new Client({ connection: test.client.connection, namespace });
    const scheduleId = reconcileScheduleId(test.taskQueue);
    const handle = await schedule.create({
      scheduleId,
      spec: { intervals: [{ every: '1 hour' }] },
      action: { type: 'startWorkflow', workflowType: 'reconcileWorkflow', taskQueue: test.taskQueue },
    });
    const running = await examined({ TEMPORAL_NAMESPACE: namespace });
    await handle.pause('maintenance of the database');
    const paused = await examined({ TEMPORAL_NAMESPACE: namespace });

    expect(running.findings.get('reconciliation')).toMatchObject({ level: 'ok' });
    expect(paused.findings.get('reconciliation')).toMatchObject({
      level: 'warn',
      says: expect.stringContaining('maintenance of the database'),
      remedy: expect.stringContaining(`temporal schedule toggle --unpause --schedule-id ${scheduleId}`),
    });
  });
});

describe('doctor, of versions', () => {
  it('tells what runs here and what the servers are', async () => {
    const { findings } = await examined();

    const details = Object.fromEntries(
      [...findings].flatMap(([check, each]) => (each.details ? [[check, each.details]] : [])),
    );
    expect(details).toEqual({
      'version of order-sync': { version: ownVersion() },
      'build of order-sync': { buildId: await workerBuildId(workflowBundle()) },
      'version of Node': { version: process.versions.node },
      'version of Temporal': { version: await serverVersion(test.client.connection) },
      'version of PostgreSQL': { version: expect.stringMatching(/^\d+\.\d+$/) },
    });
  });

  it('supports the Temporal servers that the README names, and no others', async () => {
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
    const [, named = ''] = /Supported are Temporal's servers ([\d., and]+),/.exec(readme) ?? [];

    expect(named.split(/, | and /)).toEqual(SUPPORTED_SERVERS);
    expect(judgeServer('1.31.2')).toMatchObject({ level: 'ok', says: '1.31.2' });
    expect(judgeServer('1.28.0')).toMatchObject({ level: 'warn', remedy: expect.stringContaining('1.29, 1.31, 1.32') });
  });
});

describe('doctor, of the exchange', () => {
  it('says that the exchange does not know the key', async () => {
    const unknownKey = createKey();

    const { status, findings } = await examined({
      COINBASE_API_KEY_NAME: unknownKey.name,
      COINBASE_API_PRIVATE_KEY: unknownKey.privateKeyPem,
    });

    expect(status).toBe(1);
    expect(findings.get('exchange')).toMatchObject({ level: 'fail', says: expect.stringContaining('401') });
  });

  it('says that the key may not trade', async () => {
    const key = createKey();
    const simulator = await startSimulator({
      keys: [{ name: key.name, publicKeyPem: key.publicKeyPem, canTrade: false }],
    });
    try {
      const { status, findings } = await examined({
        COINBASE_REST_URL: simulator.url,
        COINBASE_API_KEY_NAME: key.name,
        COINBASE_API_PRIVATE_KEY: key.privateKeyPem,
      });
      expect(status).toBe(1);
      expect(findings.get('exchange')).toMatchObject({ level: 'fail', says: expect.stringContaining('may not trade') });
    } finally {
      await simulator.close();
    }
  });

  it("says how far the exchange's clock is off", async () => {
    const behind = Date.now() - 60_000;
    test.simulator.faults.add({
      match: { endpoint: 'getTime' },
      do: { kind: 'answer', when: 'before', status: 200, body: { epochMillis: String(behind) } },
    });

    const { status, findings } = await examined();

    expect(status).toBe(1);
    expect(findings.get('clock of the exchange')).toMatchObject({
      level: 'fail',
      says: expect.stringMatching(/^is 6\d\.\d s behind ours$/),
      remedy: expect.stringContaining('NTP'),
    });
  });

  it('names the processes whose clocks are off', async () => {
    await test.engine.database.clockOffsets.record({ process: '77@elsewhere', clock: 'exchange', offsetMs: 7_200 });

    const { findings } = await examined();

    expect(findings.get('clocks of the processes')).toMatchObject({
      level: 'warn',
      says: expect.stringMatching(/77@elsewhere exchange 7\.2 s/),
      remedy: expect.stringContaining('NTP'),
    });
  });

  it('does not wait for an answer that does not come, and checks the rest meanwhile', async () => {
    test.simulator.faults.add({ match: { endpoint: 'getKeyPermissions' }, do: { kind: 'hang', when: 'before' } });

    const { status, findings } = await examined();

    expect(status).toBe(1);
    expect(findings.get('exchange')).toMatchObject({
      level: 'fail',
      says: expect.stringContaining('no whole answer within 7000 ms'),
    });
    expect(findings.get('clock of the exchange')).toMatchObject({ level: 'ok' });
  });
});

describe('doctor, of a worker deployment', () => {
  const withDeployment = { ORDER_SYNC_DEPLOYMENT_NAME: 'no-such-deployment' };

  it('says that it needs a newer server, or that no version is current', async () => {
    const { status, findings } = await examined(withDeployment);

    expect(status).toBe(1);
    const isNew = versioningProblem(await serverVersion(test.client.connection)) === null;
    expect(findings.get('worker deployment')).toMatchObject({
      level: 'fail',
      says: expect.stringContaining(isNew ? 'no version of no-such-deployment is current' : 'of version 1.31 or later'),
      remedy: expect.stringContaining(isNew ? await workerBuildId(workflowBundle()) : 'leave it unset'),
    });
    expect(findings.get('orders on earlier builds')).toMatchObject({ level: 'ok', says: 'none' });
  });

  it('warns where it is not set, and workers have versions', async () => {
    const taskQueue = uniqueTaskQueue();
    const deploymentName = taskQueue;
    const stop = new AbortController();
    const { connection, workflowService } = test.client;
    const poll = connection.withAbortSignal(stop.signal, () =>
      // Temporal takes no poll without a deadline.
      connection.withDeadline(Date.now() + 60_000, () =>
        workflowService.pollWorkflowTaskQueue({
          namespace: 'default',
          taskQueue: { name: taskQueue },
          identity: 'versioned',
          deploymentOptions: { deploymentName, buildId: 'one', workerVersioningMode: VERSIONED },
        }),
      ),
    );
    poll.catch(() => undefined);
    try {
      const finding = await eventually(
        async () => {
          const found = (await examined({}, { taskQueue })).findings.get('worker deployment');
          return found?.level === 'warn' && found;
        },
        { withinMs: 20_000, what: 'the poll to be known' },
      );
      expect(finding.remedy).toContain(`set ORDER_SYNC_DEPLOYMENT_NAME=${deploymentName}`);
    } finally {
      stop.abort();
      await poll.catch(() => undefined);
    }
  });

  const current = { currentBuildId: 'new', polledBy: ['7@one', '8@two'], installed: 'new' };
  it.each([
    ['is current and polled', 'ok', 'new, which is installed here, is the current version of d; 7@one, 8@two poll', {}],
    [
      'is current, and another is installed',
      'ok',
      'new, another build than the one installed here,',
      { installed: 'old' },
    ],
    ['is not polled', 'fail', 'no worker of it polls', { polledBy: [] }],
    ['is not current', 'fail', 'so no order makes progress', { currentBuildId: null, polledBy: [] }],
  ])('whose version %s: %s', (_what, level, says, change) => {
    expect(judgeCurrent('d', { ...current, ...change })).toMatchObject({ level, says: expect.stringContaining(says) });
  });

  it('counts the orders that are open on earlier builds, and says what to do where nobody works on them', () => {
    const polled = { buildId: 'old', openOrders: 3, polledBy: ['7@one'] };
    const ended = { buildId: 'older', openOrders: 0, polledBy: [] };
    const lost = { buildId: 'oldest', openOrders: 2, polledBy: [] };

    expect(judgeEarlier('d', [polled, ended])).toMatchObject({
      level: 'ok',
      says: '3 on old, of which 7@one polls',
      details: { openOrders: { old: 3 } },
    });
    expect(judgeEarlier('d', [polled, lost])).toMatchObject({
      level: 'warn',
      says: '3 on old, of which 7@one polls; 2 on oldest, of which no worker polls',
      remedy: expect.stringContaining("TemporalWorkerDeploymentVersion='d:oldest'"),
      details: { openOrders: { old: 3, oldest: 2 } },
    });
  });
});

describe('a clock', () => {
  it.each([
    ['agrees within the time that the answer took', 'ok', { askedMs: 0, shownMs: 2_500, answeredMs: 3_000 }],
    ['agrees within a second', 'ok', { askedMs: 1_900, shownMs: 1_000, answeredMs: 2_000 }],
    ['is ahead', 'warn', { askedMs: 0, shownMs: 5_000, answeredMs: 100 }],
    ['is behind', 'warn', { askedMs: 5_000, shownMs: 0, answeredMs: 5_100 }],
    ['is far ahead', 'fail', { askedMs: 0, shownMs: 20_000, answeredMs: 100 }],
  ])('that %s: %s', (_what, level, times) => {
    expect(judge('clock', times)).toMatchObject({ level });
  });
});
