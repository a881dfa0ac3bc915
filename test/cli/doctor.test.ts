import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import type { Finding } from '../../src/cli/doctor/finding.ts';
import { judge } from '../../src/cli/doctor/checks.ts';
import { createKey, startSimulator } from '../../src/simulator/index.ts';
import { reconcileScheduleId } from '../../src/temporal/schedules.ts';
import { startTestEngine, type TestEngine } from '../support/engine.ts';
import { testDatabase, uniqueTaskQueue } from '../support/resources.ts';
import { eventually } from '../support/waiting.ts';
import { commandLine, type CommandLineOptions } from './command-line.ts';

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
      temporal: 'ok',
      namespace: 'ok',
      'search attributes': 'ok',
      worker: 'ok',
      reconciliation: 'warn',
      archiving: 'warn',
      'clock of Temporal': 'ok',
      database: 'ok',
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
    expect(err).toBe('error: 4 of 6 checks failed\n');
    expect(findings.get('temporal')).toMatchObject({
      level: 'fail',
      remedy: expect.stringContaining('TEMPORAL_ADDRESS'),
    });
    expect(findings.get('database')).toMatchObject({ level: 'fail', remedy: expect.stringContaining('DATABASE_URL') });
    expect(findings.get('exchange')).toMatchObject({ level: 'fail', remedy: expect.stringContaining('COINBASE_') });
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
      remedy: expect.stringContaining('temporal operator namespace create nobody-made-this'),
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
