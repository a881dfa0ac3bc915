/** One soak: trade while everything goes wrong, stop the faults, wait until everything agrees, and count. */
import { setTimeout as sleep } from 'node:timers/promises';
import { inParallel } from '../../src/activities/runtime/in-parallel.ts';
import { isEnded } from '../../src/domain/order/trade.ts';
import type { Stage } from '../stage.ts';
import { waitsOf } from '../waits.ts';
import { auditWorkflows, readRecord, untilEqual } from './audit.ts';
import { trade, type BotLog } from './bot.ts';
import { disrupt } from './disruptions.ts';
import { addStandingFaults, faultCounts, playEpisodes } from './faults.ts';
import { AT_ONCE } from './histories.ts';
import { soakOrders } from './orders.ts';
import type { SoakReport } from './report.ts';
import { isUnknowable } from './truth.ts';

export interface SoakOptions {
  /** How long orders are placed and faults happen. */
  minutes: number;
  seed: number;
  ordersPerSecond: number;
  /** Where the histories of what is wrong are kept; null: nowhere. */
  keep: string | null;
}

/** The longest that anything waits in the engine is a minute (stale orders), twice where the first look fails. */
const SETTLE_WITHIN_MS = 200_000;
const TELL_EVERY_MS = 5_000;

/** Rejects with the signal's reason when it is aborted. */
export async function soak(
  stage: Stage,
  options: SoakOptions,
  { stop, tell }: { stop: AbortSignal; tell: (line: string) => void },
): Promise<SoakReport> {
  const { minutes, seed } = options;
  const { simulator } = stage;
  const log: BotLog = { orders: [], errors: {} };
  const done = { restarts: 0 };
  const endedAtMs = endsAtExchange(stage);
  const quiet = new AbortController();
  const calm = AbortSignal.any([quiet.signal, stop]);
  const ticker = setInterval(() => void progress(stage, log, done.restarts).then(tell), TELL_EVERY_MS);
  try {
    addStandingFaults(simulator);
    const forMs = minutes * 60_000;
    const trading = trade(soakOrders(seed, Date.now().toString(36)), log, stage, { ...options, noMore: calm, stop });
    const trouble = Promise.all([
      playEpisodes(simulator, seed, calm),
      disrupt(stage, done, { seed, forMs, stop: calm, tell }),
    ]);
    // Awaited only below, and not at all after Ctrl-C.
    for (const unattended of [trading, trouble]) unattended.catch(() => undefined);
    await sleep(forMs, undefined, { signal: stop }).catch(() => undefined);
    quiet.abort();
    stop.throwIfAborted();
    await trouble;
    stop.throwIfAborted();

    const faultsStruck = faultCounts(simulator);
    simulator.faults.clear();
    simulator.pushFaults.clear();
    const calmAtMs = Date.now();
    tell(`the faults are over, and so is the placing: ${log.orders.length} orders`);
    await trading;
    const { findings, synced } = await untilEqual(stage, log.orders, { withinMs: SETTLE_WITHIN_MS, stop, tell });
    stop.throwIfAborted();
    const settledAfterMs = Date.now() - calmAtMs;
    tell('comparing the workflows, and replaying');
    const workflows = await auditWorkflows(stage, log.orders, options);
    stop.throwIfAborted();

    const all = [...findings, ...workflows.findings];
    const { orders } = log;
    const figures = await figuresOf(stage, log, endedAtMs);
    return {
      seed,
      minutes,
      orders: orders.length,
      byStory: countsOf(orders.map(({ order }) => order.story)),
      ...figures,
      faults: faultsStruck,
      kills: stage.worker.kills,
      workerEndedByItself: stage.worker.ownEnds,
      serverRestarts: done.restarts,
      posts: stage.simulator.ledger.posts().length,
      botErrors: log.errors,
      duplicates: all.filter(({ wrong }) => wrong.some((word) => word.includes('POST'))).length,
      lost: all.filter(({ wrong }) => wrong.some((word) => /LOST|FORGOTTEN|no workflow/.test(word))).length,
      syncedByHand: synced,
      settledAfterMs,
      historiesReplayed: workflows.replayed,
      differing: new Set(all.map(({ clientOrderId }) => clientOrderId)).size,
      findings: all,
      others: workflows.others,
    };
  } finally {
    clearInterval(ticker);
  }
}

/** When each order first ended at the exchange. */
function endsAtExchange({ simulator }: Stage): Map<string, number> {
  const ends = new Map<string, number>();
  simulator.exchange.onChange(({ clientOrderId, status }) => {
    const hasEnded = ['FILLED', 'CANCELLED', 'EXPIRED', 'FAILED'].includes(status);
    if (hasEnded && !ends.has(clientOrderId)) ends.set(clientOrderId, Date.now());
  });
  return ends;
}

async function figuresOf(
  stage: Stage,
  { orders }: BotLog,
  endedAtMs: ReadonlyMap<string, number>,
): Promise<Pick<SoakReport, 'byStatus' | 'unknowable' | 'toConverge'>> {
  const waitsMs: number[] = [];
  const statuses: string[] = [];
  let unknowable = 0;
  await inParallel(orders, AT_ONCE, async ({ order }) => {
    const { clientOrderId } = order.request;
    const { trade: row, events } = await readRecord(stage, clientOrderId);
    statuses.push(row?.status ?? 'not placed');
    if (isUnknowable(row, stage.simulator.ledger.orderByClientId(clientOrderId))) unknowable += 1;
    const endMs = endedAtMs.get(clientOrderId);
    const committed = events.find(({ toStatus }) => isEnded(toStatus));
    if (endMs !== undefined && committed !== undefined) waitsMs.push(Math.max(0, Date.parse(committed.at) - endMs));
  });
  return { byStatus: countsOf(statuses), unknowable, toConverge: waitsOf(waitsMs) };
}

async function progress(stage: Stage, { orders, errors }: BotLog, restarts: number): Promise<string> {
  const open = await stage.database.counts().then(
    ({ openOrders: { placing, pending, stale } }) =>
      `${placing.count} placing, ${pending.count} pending, ${stale.count} stale`,
    () => 'database away',
  );
  const faults = Object.values(faultCounts(stage.simulator)).reduce((sum, count) => sum + count, 0);
  const calls = Object.values(errors).reduce((sum, count) => sum + count, 0);
  return `${orders.length} orders (${open}), ${faults} faults, ${stage.worker.kills} kills, ${restarts} restarts, ${calls} calls repeated`;
}

function countsOf(words: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(words, (word) => word)].map(([word, all]) => [word, all.length]));
}
