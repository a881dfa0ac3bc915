/** Whether an order's events follow from the facts in its histories, and its row from the events. */
import { decide } from '../../domain/order/decide.ts';
import type { Fill } from '../../domain/order/exchange-order.ts';
import { sameJson } from '../../domain/order/order-request.ts';
import type { Trade } from '../../domain/order/trade.ts';
import type { StoredEvent } from '../../ports/trade-store.ts';
import { firstOf, nextOf, type Expected, type ExpectedFields } from './expected-event.ts';
import { factBehind, type KeyedEvent } from './known-facts.ts';
import { replaceRun, type ReplayedRun } from '../replay/replayed-run.ts';
import { sameValue, storable } from './stored-value.ts';

/** What the database has of an order. Events and fills are oldest first. */
export interface Recorded {
  trade: Trade;
  events: readonly StoredEvent[];
  fills: readonly Fill[];
}

export interface Comparison {
  /** What does not agree; none when all does. */
  differences: string[];
  /** Events whose fact is in no history: neither proven nor disproven. */
  unproven: number;
  /** The events, each with the run whose history has its fact. */
  proofs: { event: StoredEvent; runId: string | null }[];
  /** The row after each event; null where that of one is not known. */
  rows: Trade[] | null;
}

/** Times of the database's own clock, which no fact has. */
const UNDECIDED: readonly (keyof Trade)[] = ['postAttemptedAt', 'createdAt', 'updatedAt'];

/** `runs` are oldest first. */
export function compare({ trade, events, fills }: Recorded, runs: readonly ReplayedRun[]): Comparison {
  const differences = runs.flatMap(({ runId, error }) =>
    error === null ? [] : [`the run ${runId} does not replay: ${error}`],
  );
  const proofs: Comparison['proofs'] = [];
  const rows: Trade[] = [];
  let unproven = 0;
  /** False after an event whose effect on the row nobody knows. */
  let isRowKnown = true;
  for (const event of events) {
    const before = rows.at(-1) ?? null;
    const known = event.factKey === null ? null : factBehind(event as KeyedEvent, runs, fills);
    const expected = before === null ? firstOf(event, trade, runs) : nextOf(event, before, known);
    const wrong = [...wrongBeginning(event, before), ...wrongEvent(event, expected)];
    const mayBeWrong = !isRowKnown || (event.factKey !== null && known?.isProven !== true);
    if (known?.isMissing === true) {
      differences.push(`${nameOf(event)} is in order_events, but the history has no such fact`);
    } else if (!mayBeWrong) {
      differences.push(...wrong);
    } else if (known?.isProven !== true || wrong.length > 0) {
      unproven += 1;
    }
    isRowKnown &&= wrong.length === 0;
    rows.push(
      expected !== null && wrong.length === 0 ? expected.row : { ...(before ?? trade), status: event.toStatus },
    );
    proofs.push({ event, runId: known?.runId ?? null });
  }
  differences.push(...unrecordedFacts(events, runs, rows), ...otherRow(rows.at(-1), trade, isRowKnown));
  return { differences, unproven, proofs, rows: isRowKnown ? rows : null };
}

function wrongBeginning(event: StoredEvent, before: Trade | null): string[] {
  if (before === null || event.fromStatus === before.status) return [];
  return [`${nameOf(event)} begins at ${event.fromStatus}, after ${before.status}`];
}

function wrongEvent(event: StoredEvent, expected: Expected | null): string[] {
  if (expected !== null) return otherFields(expected.fields, event);
  return [`${nameOf(event)} has no cause: it is the first event and not an intent, or its fact changes nothing`];
}

function otherFields(expected: ExpectedFields, event: StoredEvent): string[] {
  return (['cause', 'source', 'state', 'toStatus', 'requestedBy', 'sentBy', 'reason', 'evidence'] as const).flatMap(
    (field) => {
      const [ours, theirs] = [storable(expected[field]), storable(event[field])];
      return sameJson(ours, theirs)
        ? []
        : [`${nameOf(event)} has ${field} ${JSON.stringify(theirs)}, but its fact makes ${JSON.stringify(ours)}`];
    },
  );
}

/** A fact without an event must have brought nothing new to the row, at whatever time it was applied. */
function unrecordedFacts(
  events: readonly StoredEvent[],
  runs: readonly ReplayedRun[],
  rows: readonly Trade[],
): string[] {
  const keys = new Set(events.map(({ factKey }) => factKey));
  // After a reset, facts from before it stand in the history of the second run as well, and under its id.
  const ids = runs.flatMap(({ runId, firstRunId }) => [runId, firstRunId]);
  return runs.flatMap((run) =>
    run.facts
      .filter(({ fact, how }) => {
        const isRecorded =
          keys.has(fact.key) || (isReset(run) && ids.some((id) => keys.has(replaceRun(fact.key, run.runId, id))));
        return (
          how !== 'delivered' && !isRecorded && (how === 'recorded' || !rows.some((row) => decide(row, fact) === null))
        );
      })
      .map(({ fact: { type, at } }) => `the fact ${type} of ${at} is not in order_events`),
  );
}

function isReset({ runId, firstRunId }: ReplayedRun): boolean {
  return runId !== firstRunId;
}

function otherRow(row: Trade | undefined, trade: Trade, isRowKnown: boolean): string[] {
  if (row === undefined) return ['the order has no events'];
  const fields = isRowKnown ? (Object.keys(trade) as (keyof Trade)[]) : (['status'] as const);
  return fields
    .filter((field) => !UNDECIDED.includes(field) && !sameValue(row[field], trade[field]))
    .map((field) => {
      const [left, found] = [row[field], trade[field]].map((value) => JSON.stringify(value));
      return `the events leave the row with ${field} ${left}, but it has ${found}`;
    });
}

function nameOf({ cause, at }: StoredEvent): string {
  return `the event ${cause} of ${at}`;
}
