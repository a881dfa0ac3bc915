/** One run: bots trade at a steady rate while workers are killed and restarted; then all records are compared. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isEnded } from '../../src/domain/order/trade.ts';
import { openOrdersInWords, type TestDeployment } from '../torture/test-deployment.ts';
import { auditAll, readRecord } from '../torture/audit.ts';
import { Clients, type Known } from '../torture/clients.ts';
import { sampleMemory, type Memory } from '../torture/memory.ts';
import { settle } from '../torture/settle.ts';
import { waitsOf, type Waits } from '../waits.ts';
import { FeedWatch } from './feed-watch.ts';
import { killWorkers, type Kills } from './kills.ts';
import type { ClusterOptions } from './options.ts';
import { reportOf, type ClusterReport } from './report.ts';

const CLIENTS = 3;
/** Longer than in the torture, because this budget leaves few requests to spare. */
const RIGHT_WITHIN_MS = 180_000;
const PROGRESS_EVERY_MS = 10_000;

/** Rejects with the signal's reason when it is aborted. */
export async function cluster(
  deployment: TestDeployment,
  options: ClusterOptions,
  { stop, onProgress }: { stop: AbortSignal; onProgress: (line: string) => void },
): Promise<ClusterReport> {
  const { minutes, seed } = options;
  const { simulator, workers } = deployment;
  const feed = new FeedWatch(simulator, workers);
  const kills: Kills = { ofAll: 0, firstRequestsMs: [] };
  const memory: Memory = workers.map(() => []);
  const over = new AbortController();
  const calm = new AbortController();
  const until = (controller: AbortController): AbortSignal => AbortSignal.any([controller.signal, stop]);
  const clients = await Clients.start(deployment, {
    name: 'cluster',
    count: CLIENTS,
    ordersPerSecond: options.ordersPerSecond,
    seed,
    mix: options.orders,
  });
  const ticker = setInterval(() => void progress(deployment, feed).then(onProgress), PROGRESS_EVERY_MS);
  try {
    void clients.supervise();
    void sampleMemory(workers, memory, until(over));
    void feed.watch(until(over));
    const killing = options.kills
      ? killWorkers(deployment, feed, kills, { seed, stop: until(calm), onProgress })
      : null;
    await sleep(minutes * 60_000, undefined, { signal: stop }).catch(() => undefined);
    calm.abort();
    await killing;
    stop.throwIfAborted();

    const settled = await settle(deployment, clients, { outages: [], withinMs: RIGHT_WITHIN_MS, stop, onProgress });
    stop.throwIfAborted();
    over.abort();
    onProgress('comparing all orders, calls and workflows, and replaying');
    const orders = [...clients.log().values()];
    const audit = await auditAll(deployment, orders, { ...options, outages: [], when: 'at rest' });
    stop.throwIfAborted();
    return reportOf({
      options,
      orders: orders.length,
      reachedExchange: new Set(simulator.ledger.posts().map(({ clientOrderId }) => clientOrderId)).size,
      findings: audit.findings,
      others: [...settled.others, ...audit.others],
      settledAfterMs: settled.settledAfterMs,
      kills: workers.reduce((sum, worker) => sum + worker.kills, 0),
      killsOfAll: kills.ofAll,
      endedByThemselves: workers.reduce((sum, { ownEnds }) => sum + ownEnds, 0),
      firstRequestsMs: kills.firstRequestsMs,
      absencesMs: feed.absencesMs,
      longestAbsenceMs: feed.longestAbsenceMs,
      requests: simulator.ledger.requestCount(),
      busiestSecond: simulator.ledger.busiestSecond(),
      blocked: await blockedTimes(deployment, orders),
      memory,
    });
  } finally {
    clearInterval(ticker);
    over.abort();
    calm.abort();
    await clients.kill();
  }
}

const AT_ONCE = 'fills at once';

/** From the bot's call to the commit of the end, of the orders that the exchange fills within their POST. */
async function blockedTimes(deployment: TestDeployment, orders: readonly Known[]): Promise<Waits> {
  const waitsMs: number[] = [];
  for (const { order, calls } of orders.filter(({ order: { scenario } }) => scenario === AT_ONCE)) {
    const { events } = await readRecord(deployment, order.request.clientOrderId);
    const end = events.find(({ toStatus }) => isEnded(toStatus));
    const called = calls.find(({ name }) => name === 'place');
    if (end !== undefined && called !== undefined) waitsMs.push(Date.parse(end.at) - called.invokedAtMs);
  }
  return waitsOf(waitsMs);
}

async function progress(deployment: TestDeployment, feed: FeedWatch): Promise<string> {
  const { simulator, workers } = deployment;
  const open = await openOrdersInWords(deployment);
  const living = workers.filter(({ readySinceMs }) => readySinceMs !== null).length;
  const killed = workers.reduce((sum, { kills }) => sum + kills, 0);
  return (
    `${simulator.ledger.posts().length} POSTs (${open}), ` +
    `${living} of ${workers.length} workers live, ${killed} killed; at most ${simulator.ledger.busiestSecond()} requests ` +
    `in a second, the feed away for at most ${(feed.longestAbsenceMs / 1_000).toFixed(1)} s`
  );
}
