/** Whether what is recorded of an order follows from its history, by the code that the workers run. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { stateOf, type OrderStateName, type TradeStatus } from '../domain/order/trade.ts';
import { TradeNotFoundError, type TradeStore } from '../ports/trade-store.ts';
import { compare, type Comparison } from './compare.ts';
import { replayOrder, type ReplayedRun, type Step } from './replay.ts';

export interface Moment {
  /** The workflow's own time. */
  at: string;
  state: OrderStateName;
  status: TradeStatus;
  /** Of `order_events`; `row read` where a run went on with a row. */
  cause: string;
  source: string;
  requestedBy: string | null;
  reason: string | null;
  runId: string;
}

export interface Verdict extends Comparison {
  clientOrderId: string;
  agrees: boolean;
  /** Oldest first. */
  runs: Pick<ReplayedRun, 'runId' | 'status' | 'eventCount'>[];
  /** Derived from the histories alone, oldest first. */
  timeline: Moment[];
}

/** An open order may take a step while it is read. */
const ATTEMPTS = 3;
const AGAIN_AFTER_MS = 500;

/** Null when Temporal has no history of the order. Throws TradeNotFoundError. */
export async function verifyOrder(client: Client, trades: TradeStore, clientOrderId: string): Promise<Verdict | null> {
  for (let attempt = 1; ; attempt += 1) {
    const runs = await replayOrder(client, clientOrderId);
    const [trade, events] = await Promise.all([trades.find(clientOrderId), trades.events(clientOrderId)]);
    if (trade === null) throw new TradeNotFoundError(clientOrderId);
    if (runs.length === 0) return null;
    const comparison = compare(trade, events, runs);
    const agrees = comparison.differences.length === 0;
    const mayHaveMoved = runs.some(({ status }) => status === 'RUNNING');
    if (agrees || !mayHaveMoved || attempt === ATTEMPTS) {
      const shown = runs.map(({ runId, status, eventCount }) => ({ runId, status, eventCount }));
      const timeline = runs.flatMap(({ runId, steps }) => steps.map((step) => momentOf(step, runId)));
      return { clientOrderId, agrees, ...comparison, runs: shown, timeline };
    }
    await sleep(AGAIN_AFTER_MS);
  }
}

function momentOf(step: Step, runId: string): Moment {
  const { at, row } = step;
  const stood = { at, state: stateOf(row), status: row.status, runId };
  switch (step.kind) {
    case 'opened':
      return { ...stood, cause: step.inserted ? 'intent' : 'row read', source: 'row', requestedBy: null, reason: null };
    case 'withdrawn':
      return { ...stood, cause: 'withdrawn', source: 'operator', ...step.requester };
    case 'accepted':
      return { ...stood, cause: 'accepted', source: 'post', requestedBy: null, reason: null };
    case 'committed': {
      const { cause, source, requestedBy, reason } = step.change;
      return { ...stood, cause, source, requestedBy, reason };
    }
  }
}
