/** Whether what is recorded of an order follows from its histories, by the rule that the workers decide by. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoredEvent } from '../ports/trade-store.ts';
import { TradeNotFoundError, type TradeStore } from '../ports/trade-store.ts';
import type { OrderStateName, TradeStatus } from '../domain/order/trade.ts';
import { compare, type Comparison } from './compare.ts';
import type { HistorySource } from './history-source.ts';
import { replayOrder, type ReplayedRun } from './replay.ts';

/** An event of the order. */
export interface Moment extends Pick<StoredEvent, 'at' | 'cause' | 'source' | 'requestedBy' | 'sentBy' | 'reason'> {
  state: OrderStateName;
  status: TradeStatus;
  /** The run whose history has the fact; null where none has. */
  runId: string | null;
}

export interface Verdict extends Pick<Comparison, 'differences' | 'unproven'> {
  clientOrderId: string;
  agrees: boolean;
  /** Oldest first. */
  runs: Pick<ReplayedRun, 'runId' | 'status' | 'eventCount'>[];
  /** Oldest first. */
  timeline: Moment[];
}

/** An open order may take a step while it is read, and the fills of an ended one may come. */
const ATTEMPTS = 3;
const AGAIN_AFTER_MS = 500;

/** Null when nobody has a history of the order. Throws TradeNotFoundError. */
export async function verifyOrder(
  source: HistorySource,
  trades: TradeStore,
  clientOrderId: string,
): Promise<Verdict | null> {
  for (let attempt = 1; ; attempt += 1) {
    const runs = await replayOrder(source, clientOrderId);
    const [trade, events] = await Promise.all([trades.find(clientOrderId), trades.events(clientOrderId)]);
    if (trade === null) throw new TradeNotFoundError(clientOrderId);
    if (runs.length === 0) return null;
    const fills = trade.orderId === null ? [] : await trades.fillsOf(trade.orderId);
    const { differences, unproven, proofs } = compare({ trade, events, fills }, runs);
    const agrees = differences.length === 0;
    if (agrees || attempt === ATTEMPTS) {
      const shown = runs.map(({ runId, status, eventCount }) => ({ runId, status, eventCount }));
      return { clientOrderId, agrees, differences, unproven, runs: shown, timeline: proofs.map(momentOf) };
    }
    await sleep(AGAIN_AFTER_MS);
  }
}

function momentOf({ event, runId }: Comparison['proofs'][number]): Moment {
  const { at, state, toStatus: status, cause, source, requestedBy, sentBy, reason } = event;
  return { at, state, status, cause, source, requestedBy, sentBy, reason, runId };
}
