import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DefaultLogger, type LogEntry } from '@temporalio/worker';
import { Registry } from 'prom-client';
import { Heartbeat } from '../../src/alerts/heartbeat.ts';
import { eventually } from '../support/waiting.ts';

let server: Server | undefined;
let heartbeat: Heartbeat | undefined;
afterEach(async () => {
  await heartbeat?.close();
  server?.closeAllConnections();
  await new Promise((done) => (server === undefined ? done(null) : server.close(done)));
  server = undefined;
});

interface Watched {
  calls: () => number;
  logged: LogEntry[];
  counted: (outcome: string) => Promise<number>;
}

/** A watchdog that answers with these statuses, the last one for ever; 0 never answers. */
async function watched(statuses: number[], feed: () => Promise<void> = async () => undefined): Promise<Watched> {
  let calls = 0;
  server = createServer((_request, response) => {
    const status = statuses[Math.min(calls, statuses.length - 1)] ?? 200;
    calls += 1;
    if (status > 0) response.writeHead(status).end('OK');
  });
  await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done));
  const logged: LogEntry[] = [];
  const metrics = new Registry();
  heartbeat = new Heartbeat({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret-uuid`,
    log: new DefaultLogger('DEBUG', (entry) => logged.push(entry)),
    metrics,
    assertFeedUp: feed,
    retryAfterMs: 1,
  });
  const counted = async (outcome: string): Promise<number> => {
    const metric = await metrics.getSingleMetric('order_sync_heartbeats_total')?.get();
    return metric?.values.find(({ labels }) => labels['outcome'] === outcome)?.value ?? Number.NaN;
  };
  return { calls: () => calls, logged, counted };
}

describe('the heartbeat', () => {
  it('is sent once for each complete run', async () => {
    const { calls, counted, logged } = await watched([200]);
    heartbeat?.runCompleted();
    await eventually(async () => (await counted('taken')) === 1, { withinMs: 5_000, what: 'the first' });
    heartbeat?.runCompleted();
    await eventually(async () => (await counted('taken')) === 2, { withinMs: 5_000, what: 'the second' });
    expect(calls()).toBe(2);
    expect(logged).toEqual([]);
  });

  it('is retried once, then given up until the next run, and its address is not logged', async () => {
    const { calls, counted, logged } = await watched([500]);
    heartbeat?.runCompleted();
    await eventually(async () => (await counted('failed')) === 1, { withinMs: 5_000, what: 'the failure' });
    expect(calls()).toBe(2);
    expect(logged.map(({ message, meta }) => ({ message, ...meta }))).toEqual([
      { message: 'the heartbeat could not be delivered', reason: expect.stringContaining('it answered 500') },
    ]);
    expect(JSON.stringify(logged.map(({ message, meta }) => ({ message, meta })))).not.toContain('secret');
  });

  it('is not sent while the feed is down', async () => {
    const { calls, counted } = await watched([200], () => Promise.reject(new Error('no worker runs the order feed')));
    heartbeat?.runCompleted();
    await eventually(async () => (await counted('feed-down')) === 1, { withinMs: 5_000, what: 'the count' });
    expect(calls()).toBe(0);
  });

  it('is not awaited, neither by a run nor by the shutdown', async () => {
    const { calls } = await watched([0]);
    heartbeat?.runCompleted();
    heartbeat?.runCompleted();
    await eventually(() => calls() === 1, { withinMs: 5_000, what: 'the call' });
    await heartbeat?.close();
    heartbeat?.runCompleted();
    expect(calls()).toBe(1);
  });
});
