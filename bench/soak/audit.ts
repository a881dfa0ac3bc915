/** After the faults: waits until everything agrees, and tells what does not. */
import { setTimeout as sleep } from 'node:timers/promises';
import { inParallel } from '../../src/activities/runtime/in-parallel.ts';
import { workflowIdOf } from '../../src/domain/order/order-request.ts';
import { isEnded } from '../../src/domain/order/trade.ts';
import type { BotOrder } from './bot.ts';
import { AT_ONCE, brokenTasks, differencesOf, keepHistories, readRuns, replay } from './histories.ts';
import { Random } from './random.ts';
import type { Stage } from '../stage.ts';
import { differences, type Recorded } from './truth.ts';

export interface Finding {
  clientOrderId: string;
  story: string;
  wrong: string[];
  recorded: Recorded;
}

const LOOK_EVERY_MS = 2_000;
const REPLAYED = 400;

export async function readRecord({ database: { trades } }: Stage, clientOrderId: string): Promise<Recorded> {
  const trade = await trades.find(clientOrderId);
  const fills = trade?.orderId ? await trades.fillsOf(trade.orderId) : [];
  return { trade, fills, events: trade === null ? [] : await trades.events(clientOrderId) };
}

/**
 * Looks until database and ledger agree on every order and nothing more is to happen at the exchange, or the time is up;
 * orders that are flagged for missing fills are synced by hand once, as their alert asks for. Answers the findings and
 * how many were synced.
 */
export async function untilEqual(
  stage: Stage,
  orders: readonly BotOrder[],
  { withinMs, stop, tell }: { withinMs: number; stop: AbortSignal; tell: (line: string) => void },
): Promise<{ findings: Finding[]; synced: number }> {
  const startedMs = Date.now();
  const synced = new Set<string>();
  for (;;) {
    const findings = await compare(stage, orders);
    // A GTD order's own expiry lies an hour ahead.
    const soon = stage.simulator.exchange.agenda.scheduled().filter(({ dueAt }) => dueAt < startedMs + withinMs);
    if ((findings.length === 0 && soon.length === 0) || stop.aborted) return { findings, synced: synced.size };
    if (Date.now() - startedMs > withinMs) return { findings, synced: synced.size };
    tell(`${findings.length} orders to converge, ${soon.length} events to come at the exchange`);
    for (const { clientOrderId, recorded } of findings) {
      const { trade } = recorded;
      const isFlagged = recorded.events.some(({ cause }) => cause === 'fills_incomplete');
      if (trade === null || !isEnded(trade.status) || trade.fillsComplete || !isFlagged || synced.has(clientOrderId))
        continue;
      synced.add(clientOrderId);
      await stage.bot.requestSync(clientOrderId, { requestedBy: 'operator', reason: 'flagged' }).catch(() => undefined);
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal: stop }).catch(() => undefined);
  }
}

async function compare(stage: Stage, orders: readonly BotOrder[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  await inParallel(orders, AT_ONCE, async (known) => {
    const { clientOrderId } = known.order.request;
    const recorded = await readRecord(stage, clientOrderId);
    const wrong = differences(known, recorded, stage.simulator.ledger);
    if (wrong.length > 0) findings.push({ clientOrderId, story: known.order.story, wrong, recorded });
  });
  return findings;
}

/**
 * What the workflows say, of every order. Also how many histories were replayed, and orders that nobody asked for. The
 * histories of what is wrong are kept in the folder, if there is one.
 */
export async function auditWorkflows(
  stage: Stage,
  orders: readonly BotOrder[],
  { seed, keep }: { seed: number; keep: string | null },
): Promise<{ findings: Finding[]; replayed: number; others: string[] }> {
  const placed = orders.filter(({ acknowledged }) => acknowledged);
  const runs = await readRuns(
    stage.temporal,
    placed.map(({ order }) => order.request.clientOrderId),
  );
  const findings: Finding[] = [];
  await inParallel(placed, AT_ONCE, async ({ order }) => {
    const { clientOrderId } = order.request;
    const recorded = await readRecord(stage, clientOrderId);
    const own = runs.get(workflowIdOf(clientOrderId)) ?? [];
    const present = () => stage.bot.state(clientOrderId, { timeoutMs: 30_000 });
    const wrong = own.flatMap(brokenTasks);
    if (recorded.trade !== null) wrong.push(...(await differencesOf(recorded.trade, own, present)));
    if (wrong.length > 0) findings.push({ clientOrderId, story: order.story, wrong, recorded });
  });
  const { replayed, failures } = await replay([...runs.values()].flat(), REPLAYED, new Random(seed, 'replay'));
  const known = new Set(orders.map(({ order }) => order.request.clientOrderId));
  const strangers = stage.simulator.ledger.orders().filter(({ clientOrderId }) => !known.has(clientOrderId));
  const unsound = findings.flatMap(({ clientOrderId }) => runs.get(workflowIdOf(clientOrderId)) ?? []);
  if (keep !== null) await keepHistories(keep, [...unsound, ...failures.map(({ run }) => run)]);
  const others = [
    ...failures.map(({ run, message }) => `${run.workflowId} does not replay: ${message}`),
    ...strangers.map(({ clientOrderId }) => `${clientOrderId}: nobody asked for this order`),
  ];
  return { findings, replayed, others };
}
