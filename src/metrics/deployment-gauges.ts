/** What the database knows of the whole deployment, the same on every worker's page; and this machine's clock beside others. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Gauge, type Registry } from 'prom-client';
import { CLOCK_NAMES, type Clocks } from '../ports/clocks.ts';
import type { EngineCounts, Group } from '../ports/engine-counts.ts';
import type { MetricsPage } from './metrics-page.ts';

/** A page waits no longer than this for the database; without an answer its gauges are left out. */
const COUNT_WITHIN_MS = 2_000;

export function gaugeCounts(read: () => Promise<EngineCounts>, page: MetricsPage): void {
  const { registry } = page;
  const openOrders = gauge(registry, 'open_orders', 'Orders that block their bot, by status', 'status');
  const orderAge = gauge(
    registry,
    'oldest_open_order_age_seconds',
    'How long ago the oldest open order of a status was created; 0 without any',
    'status',
  );
  const openIssues = gauge(registry, 'open_issues', 'Issues of reconciliation that are not resolved, by kind', 'kind');
  const issueAge = gauge(
    registry,
    'oldest_open_issue_age_seconds',
    'How long ago the oldest unresolved issue of a kind was found; 0 without any',
    'kind',
  );
  const halts = gauge(registry, 'halts', 'Halts of placing in force: of one bot each, or of all', 'scope');
  const lastRun = gauge(
    registry,
    'reconciliation_last_complete_timestamp_seconds',
    'When the last run of reconciliation that saw everything began',
  );
  const waiting = gauge(registry, 'archive_waiting_runs', 'Closed runs of orders whose history is not archived yet');
  const waitingAge = gauge(
    registry,
    'archive_oldest_waiting_seconds',
    'How long ago the run closed that has waited longest to be archived; 0 without any',
  );
  const lost = gauge(
    registry,
    'archive_lost_runs',
    'Runs found in the last seven days that Temporal had dropped before they were archived',
  );
  const up = gauge(registry, 'database_up', '1 where the database answered the counts of this page within 2 s');

  page.beforeEach(async () => {
    const counts = await Promise.race([read(), sleep(COUNT_WITHIN_MS, null, { ref: false })]).catch(() => null);
    up.set(counts === null ? 0 : 1);
    for (const each of [openOrders, orderAge, openIssues, issueAge, halts]) each.reset();
    for (const each of [lastRun, waiting, waitingAge, lost]) each.remove();
    if (counts === null) return;
    setGroups('status', counts.openOrders, openOrders, orderAge);
    setGroups('kind', counts.openIssues, openIssues, issueAge);
    for (const [scope, count] of Object.entries(counts.halts)) halts.set({ scope }, count);
    waiting.set(counts.archive.runs);
    waitingAge.set(counts.archive.oldestSeconds);
    lost.set(counts.archive.lost);
    if (counts.lastCompleteRunAt !== null) lastRun.set(Date.parse(counts.lastCompleteRunAt) / 1_000);
  });
}

/** Left out where there is no recent measurement. */
export function gaugeClocks(clocks: Clocks, registry: Registry): void {
  const offsets = new Gauge({
    name: 'order_sync_clock_offset_seconds',
    help: "How far another clock is ahead of this machine's at least; negative where it is behind",
    labelNames: ['clock'],
    registers: [],
    collect() {
      this.reset();
      for (const clock of CLOCK_NAMES) {
        const offsetMs = clocks.offsetMs(clock);
        if (offsetMs !== null) this.set({ clock }, offsetMs / 1_000);
      }
    },
  });
  registry.registerMetric(offsets);
}

function setGroups(label: 'status' | 'kind', groups: Record<string, Group>, counts: Gauge, ages: Gauge): void {
  for (const [name, { count, oldestSeconds }] of Object.entries(groups)) {
    counts.set({ [label]: name }, count);
    ages.set({ [label]: name }, oldestSeconds);
  }
}

function gauge(registry: Registry, name: string, help: string, ...labelNames: string[]): Gauge {
  return new Gauge({ name: `order_sync_${name}`, help, labelNames, registers: [registry] });
}
