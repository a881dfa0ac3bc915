import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Runtime } from '@temporalio/worker';
import { dashboard } from '../../scripts/monitoring/dashboard.ts';
import { monitoringFiles } from '../../scripts/monitoring/files.ts';
import { askPanels, type Dashboard } from '../../scripts/monitoring/picture/ask-panels.ts';
import { startPrometheus } from '../../scripts/monitoring/prometheus.ts';
import { findProgram } from '../../scripts/monitoring/prometheus-programs.ts';
import { ALERT_RULES } from '../../scripts/monitoring/rules.ts';
import { installRuntime } from '../../src/engine/runtime.ts';
import { freePort } from '../../src/local/free-port.ts';
import { createLog } from '../../src/process/log.ts';
import { Secret } from '../../src/process/secret.ts';
import { limitOrder, marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { fault } from '../support/scenario.ts';
import { QUICK } from '../support/policies.ts';
import { samplesOf, type Samples } from '../support/samples.ts';
import { eventually } from '../support/waiting.ts';

const METRIC_NAMES = /\b(?:order_sync|temporal|nodejs|process)_[a-z0-9_]+/g;

let test: TestEngine;
let folder: string;
let heartbeats = 0;
const watchdog = createServer((_request, response) => {
  heartbeats += 1;
  response.end('OK');
});
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'order-sync-metrics-'));
  const temporalMetricsAddress = `127.0.0.1:${await freePort()}`;
  // Another file of this process may have left one, which shows its metrics nowhere.
  await Runtime._instance?.shutdown();
  installRuntime(createLog({ level: 'error' }), temporalMetricsAddress);
  await new Promise<void>((done) => watchdog.listen(0, '127.0.0.1', done));
  test = await startTestEngine({
    push: true,
    http: { host: '127.0.0.1', port: 0, token: null },
    temporalMetricsAddress,
    logFiles: { keyFile: join(folder, 'keys'), headsFile: join(folder, 'heads') },
    heartbeatUrl: new Secret(`http://127.0.0.1:${(watchdog.address() as AddressInfo).port}/uuid`),
  });
});
afterAll(async () => {
  await test?.stop();
  watchdog.close();
  await rm(folder, { recursive: true });
});

async function scraped(): Promise<Samples> {
  const response = await fetch(`${test.engine.http?.url}/metrics`);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
  return samplesOf(await response.text());
}

/** Waits until the page shows it. */
function shown(what: string, isShown: (page: Samples) => boolean): Promise<Samples> {
  return eventually(
    async () => {
      const page = await scraped();
      return isShown(page) && page;
    },
    { withinMs: 20_000, what },
  );
}

describe('the page of metrics', () => {
  it('shows a fill that was pushed: how it was placed, by whom it was seen, and how fast', async () => {
    const request = limitOrder();
    test.simulator.exchange.setPlan(request, {});
    const handle = await test.start(request);
    await test.untilState(request.clientOrderId, ({ state }) => state === 'monitoring');
    await shown('the open order', (page) => page.value('order_sync_open_orders', { status: 'pending' }) === 1);
    test.simulator.exchange.act(request.clientOrderId, { do: 'fill' });
    await test.outcome(handle);

    const seen = { layer: 'monitoring', source: 'push' };
    const page = await shown('the detection', (each) => each.value('order_sync_detection_seconds_count', seen) === 1);

    expect(page.value('order_sync_detection_seconds_sum', seen)).toBeLessThan(5);
    expect(page.value('order_sync_placements_total', { outcome: 'accepted' })).toBe(1);
    expect(page.value('order_sync_open_orders', { status: 'pending' })).toBe(0);
    expect(page.value('order_sync_feed_connected')).toBe(1);
    expect(page.value('order_sync_feed_running')).toBe(1);
    expect(page.value('order_sync_feed_losses_total', { reason: 'gap' })).toBe(0);
    expect(page.value('order_sync_exchange_requests_total', { endpoint: 'create-order', outcome: 'answered' })).toBe(1);
  });

  it('counts what the exchange refuses, and what it does not answer', async () => {
    const [refused, lost] = [marketOrder(), marketOrder()];
    fault(test, refused, { endpoint: 'createOrder' }, { kind: 'refuse', code: 'INSUFFICIENT_FUND' });
    fault(test, lost, { endpoint: 'createOrder', times: 1 }, { kind: 'reset', when: 'after' });
    await Promise.all([refused, lost].map(async (request) => test.outcome(await test.start(request))));
    const page = await scraped();
    expect(page.value('order_sync_placements_total', { outcome: 'refused' })).toBe(1);
    expect(page.value('order_sync_placements_total', { outcome: 'unknown' })).toBe(1);
    expect(page.value('order_sync_exchange_requests_total', { endpoint: 'create-order', outcome: 'unavailable' })).toBe(
      1,
    );
  });

  it('counts a complete run of reconciliation, of which the outside watchdog is told', async () => {
    const { client, taskQueue } = test;
    await client.workflow.execute('reconcileWorkflow', { workflowId: `reconcile-${taskQueue}`, taskQueue, args: [] });
    const page = await shown(
      'the heartbeat',
      (each) => each.value('order_sync_heartbeats_total', { outcome: 'taken' }) === 1,
    );
    expect(heartbeats).toBe(1);
    expect(page.value('order_sync_reconciliation_runs_total', { status: 'complete' })).toBe(1);
    expect(page.value('order_sync_reconciliation_last_complete_timestamp_seconds')).toBeGreaterThan(1_700_000_000);
  });

  it('shows the brake: halts in force, and placements that it stopped', async () => {
    const { halts } = test.engine.database;
    await halts.halt({ botId: 'bot-halted', requestedBy: 'alice', reason: 'test', cancelOpen: false });
    const stopped = await test.start(marketOrder({ botId: 'bot-halted' }));
    await expect(stopped.result()).rejects.toThrow('Workflow execution failed');
    const page = await scraped();
    expect(page.value('order_sync_halts', { scope: 'bot' })).toBe(1);
    expect(page.value('order_sync_halts', { scope: 'all' })).toBe(0);
    expect(page.value('order_sync_placements_total', { outcome: 'halted' })).toBe(1);
  });

  it('has the clocks, the budget, the build, Node and the workers of Temporal', async () => {
    const page = await shown('the clocks', (each) =>
      each.has('order_sync_clock_offset_seconds', { clock: 'exchange' }),
    );
    expect(Math.abs(page.value('order_sync_clock_offset_seconds', { clock: 'database' }))).toBeLessThan(1);
    // A tenth is left free for a process that starts.
    expect(page.value('order_sync_request_budget_limit')).toBe(450);
    expect(page.value('order_sync_request_budget_waiting', { class: 'placement' })).toBe(0);
    expect(page.value('order_sync_build_info')).toBe(1);
    expect(page.value('order_sync_database_up')).toBe(1);
    expect(page.value('process_resident_memory_bytes')).toBeGreaterThan(0);
    expect(page.names).toContain('temporal_worker_task_slots_available');
    await shown('a log that keeps up', (each) => each.has('order_sync_log_waiting_seconds'));
    expect(page.value('order_sync_log_problem', { problem: 'contradiction' })).toBe(0);
  });

  it('is described in docs/operations.md, metric by metric', async () => {
    const { text } = await scraped();
    const types = new Map(
      [...text.matchAll(/^# TYPE (order_sync_\S+) (\w+)$/gm)].map(([, name, type]) => [name, type]),
    );
    const rows = [...text.matchAll(/^# HELP (order_sync_\S+) (.+)$/gm)].map(
      ([, name, help]) => `\`${name}\` ${types.get(name)} ${help}`,
    );
    const documented = [
      ...readFileSync('docs/operations.md', 'utf8').matchAll(/^\| (`order_sync_\S+`) +\| (\w+) +\| (.+?) +\|$/gm),
    ];
    expect(documented.map(([, ...cells]) => cells.join(' '))).toEqual(rows.toSorted());
  });

  it('has every metric that the alert rules and the dashboard ask for', async () => {
    const { names } = await scraped();
    const asked = Object.values(monitoringFiles()).flatMap((file) => file.match(METRIC_NAMES) ?? []);
    expect(asked.length).toBeGreaterThan(100);
    const unknown = asked.filter(
      (name) => !names.includes(name) && !names.includes(name.replace(/_(bucket|sum|count)$/, '')),
    );
    expect([...new Set(unknown)]).toEqual([]);
  });

  it('has no order, bot or secret in a label', async () => {
    const request = marketOrder({ botId: 'bot-unseen', policy: QUICK });
    await test.outcome(await test.start(request));
    await fetch(`${test.engine.http?.url}/api/v1/orders/${request.clientOrderId}`);
    const { text } = await scraped();
    for (const word of [request.clientOrderId, 'bot-unseen', 'bot-halted', '/uuid']) expect(text).not.toContain(word);
  });
});

describe('a Prometheus that scrapes the page', () => {
  it('answers every query of the dashboard, and evaluates every alert rule', async () => {
    const program = await findProgram('prometheus', () => {});
    if (program === null)
      return console.warn('NOT TESTED: the queries, without a Prometheus; PROMETHEUS_PATH names one');
    const { host } = new URL(test.engine.http?.url ?? '');
    const everySeconds = 1;
    const prometheus = await startPrometheus({ program, target: host, token: null, everySeconds });
    try {
      await test.outcome(await test.start(marketOrder({ policy: QUICK })));
      await eventually(
        async () => {
          const toSeconds = Math.floor(Date.now() / 1_000);
          const range = { fromSeconds: toSeconds - 60, toSeconds, stepSeconds: everySeconds };
          const { panels } = await askPanels(dashboard() as Dashboard, prometheus, range);
          const shown = panels.filter(({ type, noValue }) => type !== 'row' && noValue === null);
          expect(shown.flatMap(({ title, lines }) => (lines.length === 0 ? [title] : []))).toEqual([]);
          for (const { expr } of ALERT_RULES) await prometheus.queryRange(expr, range);
          return true;
        },
        { withinMs: 30_000, what: 'lines in every panel' },
      );
    } finally {
      await prometheus.stop();
    }
  });
});
