/** One run: clients trade under faults; then their logs, the database and the exchange's ledger are compared. */
import { setTimeout as sleep } from 'node:timers/promises';
import { openOrdersInWords, type TestDeployment } from './test-deployment.ts';
import { auditAll, readRecord } from './audit.ts';
import { Clients, type Known } from './clients.ts';
import { disrupt, type Disruptions } from './disruptions.ts';
import { addStandingFaults, faultCounts, playEpisodes } from './faults.ts';
import { failLinks, type Outage } from './link-faults.ts';
import { clearFaults, settle } from './settle.ts';
import { sampleMemory, type Memory } from './memory.ts';
import type { TortureOptions } from './options.ts';
import { countsOf, reportOf, type TortureReport } from './report.ts';

/** After the faults, everything must be correct within this time. */
const RIGHT_WITHIN_MS = 60_000;
const PROGRESS_EVERY_MS = 5_000;

/** Rejects with the signal's reason when it is aborted. */
export async function torture(
  deployment: TestDeployment,
  options: TortureOptions,
  { stop, onProgress }: { stop: AbortSignal; onProgress: (line: string) => void },
): Promise<TortureReport> {
  const { minutes, seed, mode } = options;
  const { simulator } = deployment;
  const { clients: count, ordersPerSecond } = options;
  const clients = await Clients.start(deployment, { name: 'torture', count, ordersPerSecond, seed, mix: 'all' });
  const outages: Outage[] = [];
  const done: Disruptions = { restarts: 0, freezes: 0 };
  const memory: Memory = deployment.workers.map(() => []);
  const over = new AbortController();
  const calm = new AbortController();
  const faultsEnd = AbortSignal.any([calm.signal, stop]);
  const ticker = setInterval(() => void progress(deployment, clients, outages).then(onProgress), PROGRESS_EVERY_MS);
  try {
    addStandingFaults(simulator);
    const forMs = minutes * 60_000;
    const unattended = [
      clients.supervise(),
      sampleMemory(deployment.workers, memory, AbortSignal.any([over.signal, stop])),
      playEpisodes(simulator, seed, faultsEnd),
    ];
    const trouble = Promise.all([
      failLinks(deployment.links, outages, { seed, stop: faultsEnd }),
      disrupt(deployment, clients, done, { seed, forMs, stop: faultsEnd, onProgress }),
    ]);
    // Awaited only below, and not at all after Ctrl-C.
    for (const promise of [...unattended, trouble]) promise.catch(() => undefined);
    await sleep(forMs, undefined, { signal: stop }).catch(() => undefined);
    stop.throwIfAborted();
    if (mode === 'safety') {
      // There is no time to repair anything.
      await Promise.all([clients.kill(), ...deployment.workers.map((worker) => worker.stop())]);
    }
    calm.abort();
    await trouble;
    stop.throwIfAborted();

    const faults = faultCounts(simulator);
    clearFaults(simulator);
    const { others, settledAfterMs } =
      mode === 'safety'
        ? { others: [], settledAfterMs: null }
        : await settle(deployment, clients, { outages, withinMs: RIGHT_WITHIN_MS, stop, onProgress });
    stop.throwIfAborted();
    over.abort();
    onProgress('comparing all orders, calls and workflows, and replaying');
    const orders = [...clients.log().values()];
    const when = mode === 'safety' ? 'always' : 'at rest';
    const audit = await auditAll(deployment, orders, { ...options, outages, when });
    stop.throwIfAborted();
    return reportOf({
      options,
      orders,
      statuses: await statusesOf(deployment, orders),
      findings: audit.findings,
      others: [...others, ...audit.others],
      counts: {
        faults,
        linkFaults: countsOf(outages.map(({ link, kind }) => `${link}: ${kind}`)),
        workerKills: deployment.workers.reduce((sum, { kills }) => sum + kills, 0),
        workerEndedByItself: deployment.workers.reduce((sum, { ownEnds }) => sum + ownEnds, 0),
        workerFreezes: done.freezes,
        clientKills: clients.kills,
        serverRestarts: done.restarts,
        posts: simulator.ledger.posts().length,
        historiesReplayed: audit.replayed,
      },
      settledAfterMs,
      memory,
    });
  } finally {
    clearInterval(ticker);
    over.abort();
    await clients.kill();
  }
}

async function statusesOf(deployment: TestDeployment, orders: readonly Known[]): Promise<string[]> {
  const statuses: string[] = [];
  for (const { order } of orders) {
    const { trade } = await readRecord(deployment, order.request.clientOrderId);
    statuses.push(trade?.status ?? 'not placed');
  }
  return statuses;
}

async function progress(deployment: TestDeployment, clients: Clients, outages: readonly Outage[]): Promise<string> {
  const open = await openOrdersInWords(deployment);
  const posts = deployment.simulator.ledger.posts().length;
  const faults = Object.values(faultCounts(deployment.simulator)).reduce((sum, count) => sum + count, 0);
  const kills = deployment.workers.reduce((sum, worker) => sum + worker.kills, 0);
  return `${posts} POSTs (${open}), ${faults} faults, ${outages.length} of links, ${kills} workers and ${clients.kills} clients killed`;
}
