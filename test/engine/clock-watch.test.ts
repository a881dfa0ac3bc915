import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { assertClocksAgree, ClockWatch } from '../../src/engine/clock-watch.ts';
import type { ClockAlert } from '../../src/ports/alerts.ts';
import type { MeasuredOffset } from '../../src/ports/clocks.ts';
import { processName } from '../../src/process/identity.ts';
import { createLog } from '../../src/process/log.ts';
import { connectCoinbase } from '../../src/coinbase/connect.ts';
import { startTestEngine, type TestEngine } from '../support/engine.ts';
import { eventually } from '../support/waiting.ts';

let test: TestEngine;
let watch: ClockWatch | undefined;
const alerts: ClockAlert[] = [];
const recorded: MeasuredOffset[] = [];
beforeAll(async () => {
  test = await startTestEngine({ http: { host: '127.0.0.1', port: 0, token: null } });
});
afterEach(async () => {
  await watch?.stop();
  test.simulator.faults.clear();
  alerts.length = 0;
  recorded.length = 0;
});
afterAll(() => test?.stop());

/** The exchange's clock is so far from this machine's. */
function exchangeIs(aheadMs: number): void {
  test.simulator.faults.clear();
  const body = { epochMillis: String(Date.now() + aheadMs) };
  test.simulator.faults.add({
    match: { endpoint: 'getTime' },
    do: { kind: 'answer', when: 'after', status: 200, body },
  });
}

function watchClocks(databaseIsAheadMs = 0): ClockWatch {
  const { COINBASE_API_KEY_NAME: keyName = '', COINBASE_API_PRIVATE_KEY: privateKey = '' } = test.environment;
  watch = new ClockWatch({
    // PostgreSQL's own cannot be set without that of the machine.
    database: {
      now: async () => new Date(Date.parse(await test.engine.database.now()) + databaseIsAheadMs).toISOString(),
    },
    exchange: connectCoinbase({ restUrl: test.simulator.url, keyName, privateKey, requestsPerSecond: 100 }),
    offsets: { record: async (offset) => void recorded.push(offset) },
    alerts: { reportClock: (alert) => alerts.push(alert) },
    log: createLog({ level: 'error' }),
    everyMs: 10,
  });
  watch.start();
  return watch;
}

describe('the watch over the clocks', () => {
  it('finds that those of this machine agree within a second', async () => {
    const clocks = watchClocks();
    const both = await eventually(
      () => {
        const [database, exchange] = [clocks.offsetMs('database'), clocks.offsetMs('exchange')];
        return database !== null && exchange !== null && [database, exchange];
      },
      { withinMs: 5_000, what: 'both clocks' },
    );
    for (const offsetMs of both) expect(Math.abs(offsetMs)).toBeLessThan(1_000);
    await expect(assertClocksAgree(clocks)).resolves.toBeUndefined();
    expect(alerts).toEqual([]);
  });

  it('reports a clock that is further off than 5 s, and when it agrees again', async () => {
    exchangeIs(60_000);
    const clocks = watchClocks(-8_000);
    await eventually(() => new Set(alerts.map(({ clock }) => clock)).size === 2, {
      withinMs: 10_000,
      what: 'both alerts',
    });
    expect(alerts.find(({ clock }) => clock === 'database')?.offsetMs).toBeLessThanOrEqual(-7_000);
    expect(alerts.find(({ clock }) => clock === 'exchange')?.offsetMs).toBeGreaterThan(15_000);
    await expect(assertClocksAgree(clocks)).rejects.toThrow(/clock of the database is .* behind ours/);
    test.simulator.faults.clear();
    await eventually(() => alerts.some(({ clock, stage }) => clock === 'exchange' && stage === 'resolved'), {
      withinMs: 5_000,
      what: 'the end of the alert',
    });
  });

  it('records each clock once, and again when it has changed', async () => {
    exchangeIs(60_000);
    const clocks = watchClocks();
    await eventually(() => recorded.length >= 2, { withinMs: 10_000, what: 'both clocks' });
    test.simulator.faults.clear();
    await eventually(() => Math.abs(clocks.offsetMs('exchange') ?? Infinity) < 1_000, {
      withinMs: 10_000,
      what: 'the right time',
    });
    await eventually(() => recorded.some(({ clock, offsetMs }) => clock === 'exchange' && Math.abs(offsetMs) < 1_000), {
      withinMs: 5_000,
      what: 'the change',
    });

    expect(new Set(recorded.map(({ process }) => process))).toEqual(new Set([processName()]));
    const ofExchange = recorded.filter(({ clock }) => clock === 'exchange').map(({ offsetMs }) => offsetMs);
    for (const [at, offsetMs] of ofExchange.slice(1).entries()) {
      expect(Math.abs(offsetMs - (ofExchange[at] ?? 0))).toBeGreaterThanOrEqual(100);
    }
    expect(recorded.filter(({ clock }) => clock === 'database').length).toBeLessThan(5);
  });

  it('asks the exchange without a token, which a clock that is off would spoil', async () => {
    const { restUrl, ...key } = {
      restUrl: test.simulator.url,
      keyName: 'nobody',
      privateKey: test.environment['COINBASE_API_PRIVATE_KEY'] ?? '',
    };
    const unauthorised = connectCoinbase({ restUrl, ...key, requestsPerSecond: 100 });
    expect(Date.parse(await unauthorised.time())).toBeGreaterThan(0);
    await expect(unauthorised.keyPermissions()).rejects.toMatchObject({ kind: 'unauthorised' });
  });
});

describe('an engine whose exchange has a clock that is off', () => {
  it('is not ready, and alerts', async () => {
    await test.down();
    exchangeIs(60_000);
    await test.up();
    const readyz = `${test.engine.http?.url}/readyz`;
    await eventually(async () => (await fetch(readyz)).status === 503, { withinMs: 5_000, what: 'readiness to end' });
    expect(await (await fetch(readyz)).json()).toMatchObject({ checks: { database: 'ready', clocks: 'not ready' } });
    expect(test.alerts).toContainEqual(expect.objectContaining({ alert: 'clock-offset', clock: 'exchange' }));
    const latest = await eventually(
      async () => (await test.engine.database.clockOffsets.latest()).find(({ offsetMs }) => offsetMs > 5_000),
      { withinMs: 5_000, what: 'the record' },
    );
    expect(latest).toMatchObject({ process: processName(), clock: 'exchange' });
  });
});
