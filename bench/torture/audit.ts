/** Checks whether everything is correct: now, or within a time after the faults. */
import { setTimeout as sleep } from 'node:timers/promises';
import { inParallel } from '../../src/activities/runtime/in-parallel.ts';
import { workflowIdOf } from '../../src/domain/order/order-request.ts';
import type { PostRecord } from '../../src/simulator/index.ts';
import type { TestDeployment } from './test-deployment.ts';
import type { Known } from './clients.ts';
import { AT_ONCE, brokenTasks, differencesOf, keepHistories, readRuns, replay } from './histories.ts';
import type { Outage } from './link-faults.ts';
import { blockingOf, wrongPermissions, type Blocking } from './permissions.ts';
import { Random } from './random.ts';
import { differences, type Recorded, type When } from './truth.ts';

export interface Finding {
  known: Known;
  wrong: string[];
  recorded: Recorded;
  posts: readonly PostRecord[];
}

const LOOK_EVERY_MS = 2_000;
const REPLAYED = 400;

export async function readRecord({ database: { trades } }: TestDeployment, clientOrderId: string): Promise<Recorded> {
  const trade = await trades.find(clientOrderId);
  const fills = trade?.orderId ? await trades.fillsOf(trade.orderId) : [];
  return { trade, fills, events: trade === null ? [] : await trades.events(clientOrderId) };
}

function findingOf({ simulator }: TestDeployment, known: Known, recorded: Recorded, wrong: string[]): Finding {
  return { known, wrong, recorded, posts: simulator.ledger.posts(known.order.request.clientOrderId) };
}

/** Everything that is wrong. The histories of those orders are kept in the folder, if there is one. */
export async function auditAll(
  deployment: TestDeployment,
  orders: readonly Known[],
  options: { seed: number; keep: string | null; outages: readonly Outage[]; when: When },
): Promise<{ findings: Finding[]; replayed: number; others: string[] }> {
  const { findings, blocking } = await auditOrders(deployment, orders, options);
  const rest = await auditRest(deployment, orders, { ...options, blocking });
  return { ...rest, findings: [...findings, ...rest.findings] };
}

/** What is wrong with the orders' rows, their POSTs and the answers about them. */
async function auditOrders(
  deployment: TestDeployment,
  orders: readonly Known[],
  { outages, when }: { outages: readonly Outage[]; when: When },
): Promise<{ findings: Finding[]; blocking: Blocking[] }> {
  const findings: Finding[] = [];
  const blocking: Blocking[] = [];
  const { ledger } = deployment.simulator;
  await inParallel(orders, AT_ONCE, async (known) => {
    const recorded = await readRecord(deployment, known.order.request.clientOrderId);
    const wrong = differences(known, recorded, { ledger, outages, when });
    if (wrong.length > 0) findings.push(findingOf(deployment, known, recorded, wrong));
    const blocked = blockingOf(known, recorded.trade, recorded.events);
    if (blocked !== null) blocking.push(blocked);
  });
  return { findings, blocking };
}

/** Checks until all orders are correct and nothing is due at the exchange, or the time since the last event there is up. */
export async function untilRight(
  deployment: TestDeployment,
  orders: readonly Known[],
  {
    outages,
    endedAtMs,
    withinMs,
    stop,
    onProgress,
  }: {
    outages: readonly Outage[];
    /** The faults. */
    endedAtMs: number;
    withinMs: number;
    stop: AbortSignal;
    onProgress: (line: string) => void;
  },
): Promise<{ settledAfterMs: number }> {
  let sinceMs = endedAtMs;
  let left = orders;
  for (;;) {
    const nowMs = Date.now();
    // A GTD order's own expiry lies an hour ahead.
    const soon = deployment.simulator.exchange.agenda.scheduled().filter(({ dueAt }) => dueAt < nowMs + withinMs);
    if (soon.length > 0) sinceMs = nowMs;
    const { findings } = await auditOrders(deployment, left, { outages, when: 'at rest' });
    const isOver = soon.length === 0 && (findings.length === 0 || Date.now() - sinceMs > withinMs);
    if (isOver || stop.aborted) return { settledAfterMs: Date.now() - sinceMs };
    onProgress(`${findings.length} orders not correct yet, ${soon.length} events due at the exchange`);
    // Orders that are correct now are checked once more in the end.
    left = soon.length === 0 ? findings.map(({ known }) => known) : orders;
    await sleep(LOOK_EVERY_MS, undefined, { signal: stop }).catch(() => undefined);
  }
}

/**
 * Checks the workflows of every order, replays histories, and looks for orders that no client placed and permissions that
 * bots should not have got. The histories of what is wrong are kept in the folder, if there is one.
 */
async function auditRest(
  deployment: TestDeployment,
  orders: readonly Known[],
  { seed, keep, when, blocking }: { seed: number; keep: string | null; when: When; blocking: readonly Blocking[] },
): Promise<{ findings: Finding[]; replayed: number; others: string[] }> {
  const ids = orders.map(({ order }) => order.request.clientOrderId);
  const runs = await readRuns(deployment.temporal, ids);
  const findings: Finding[] = [];
  await inParallel(orders, AT_ONCE, async (known) => {
    const { clientOrderId } = known.order.request;
    const recorded = await readRecord(deployment, clientOrderId);
    const own = runs.get(workflowIdOf(clientOrderId)) ?? [];
    const present = () => deployment.bot.state(clientOrderId, { timeoutMs: 30_000 });
    const wrong = own.flatMap(brokenTasks);
    if (recorded.trade !== null && when === 'at rest')
      wrong.push(...(await differencesOf(recorded.trade, own, present)));
    if (wrong.length > 0) findings.push(findingOf(deployment, known, recorded, wrong));
  });
  const { replayed, failures } = await replay([...runs.values()].flat(), REPLAYED, new Random(seed, 'replay'));
  const asked = new Set(ids);
  const foreignOrders = deployment.simulator.ledger.orders().filter(({ clientOrderId }) => !asked.has(clientOrderId));
  const unsound = findings.flatMap(({ known }) => runs.get(workflowIdOf(known.order.request.clientOrderId)) ?? []);
  if (keep !== null) await keepHistories(keep, [...unsound, ...failures.map(({ run }) => run)]);
  const others = [
    ...failures.map(({ run, message }) => `${run.workflowId} does not replay: ${message}`),
    ...foreignOrders.map(({ clientOrderId }) => `${clientOrderId}: no client placed this order`),
    ...wrongPermissions(orders, blocking),
  ];
  return { findings, replayed, others };
}
