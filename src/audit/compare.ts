/** Whether an order's replayed history, its events and its row tell the same. */
import { jsonText } from '../database/columns/json.ts';
import { fillsKey, isByPlacing, isToldEnd } from '../domain/order/change-keys.ts';
import { sameJson } from '../domain/order/order-request.ts';
import { stateOf, type Trade } from '../domain/order/trade.ts';
import type { StoredEvent } from '../ports/trade-store.ts';
import type { ReplayedRun, Step } from './replay.ts';

export interface Comparison {
  /** What does not agree; none when all does. */
  differences: string[];
  /** Events of runs whose history Temporal no longer has: nothing speaks against them, and nothing for them. */
  unproven: number;
}

type Committed = Extract<Step, { kind: 'committed' }>;

type DecidedEvent = StoredEvent & { changeKey: string };

/** Whether a run of the workflow decided it, asked for it or was told of it; what the placing writes is its own. */
function isDecided(event: StoredEvent): event is DecidedEvent {
  return event.changeKey !== null && !isByPlacing(event.changeKey);
}

/** Not the machine's to decide: the placement writes them, and the database its own time. */
const UNDECIDED: readonly (keyof Trade)[] = ['postAttempts', 'postAttemptedAt', 'updatedAt'];

/** `events` and `runs` are oldest first. */
export function compare(trade: Trade, events: readonly StoredEvent[], runs: readonly ReplayedRun[]): Comparison {
  const replayable = new Set(runs.flatMap(({ runId, firstRunId }) => [runId, firstRunId]));
  const told = new Set(runs.flatMap(({ toldEnds }) => toldEnds));
  const decided = events.filter(isDecided);
  const unproven = decided.filter(
    ({ changeKey }) => !(isToldEnd(changeKey) ? told.has(changeKey) : replayable.has(runOf(changeKey))),
  );
  return {
    differences: [
      ...brokenReplays(runs),
      ...brokenChain(trade, events),
      ...runs.flatMap((run) => run.steps.flatMap((step) => otherEvent(run, step, events))),
      ...undecidedEvents(decided, unproven, runs),
      ...(unproven.includes(decided.at(-1) as DecidedEvent) ? [] : otherRow(trade, runs)),
    ],
    unproven: unproven.length,
  };
}

function brokenReplays(runs: readonly ReplayedRun[]): string[] {
  return runs.flatMap(({ runId, error }) => (error === null ? [] : [`the run ${runId} does not replay: ${error}`]));
}

/** The first event is the intent, each begins where the one before has ended, and the last ends at the row's status. */
function brokenChain(trade: Trade, events: readonly StoredEvent[]): string[] {
  const [first] = events;
  const last = events.at(-1);
  if (first === undefined || last === undefined) return ['the order has no events'];
  const isBeginning = first.cause === 'intent' || first.cause === 'adopted';
  return [
    ...(isBeginning ? [] : [`${nameOf(first)} is the first, instead of the intent`]),
    ...events.flatMap((event, index) => {
      const before = events[index - 1]?.toStatus ?? null;
      return event.fromStatus === before ? [] : [`${nameOf(event)} begins at ${event.fromStatus}, after ${before}`];
    }),
    ...(last.toStatus === trade.status
      ? []
      : [`${nameOf(last)} ends at ${last.toStatus}, but the row has ${trade.status}`]),
  ];
}

/** What a step of the history has in order_events: nothing, or something else. */
function otherEvent(run: ReplayedRun, step: Step, events: readonly StoredEvent[]): string[] {
  switch (step.kind) {
    case 'opened':
      return !step.inserted || events[0]?.cause === 'intent' ? [] : [`the intent of ${step.at} is not in order_events`];
    case 'withdrawn':
      return step.row.status !== 'cancelled' || events.some(({ cause }) => cause === 'withdrawn')
        ? []
        : [`the withdrawal of ${step.at} is not in order_events`];
    case 'accepted':
      return events.some(({ evidence }) => evidence?.['order_id'] === step.orderId)
        ? []
        : [`the exchange's id ${step.orderId}, recorded at ${step.at}, is not in order_events`];
    case 'committed': {
      const [event] = keysOf(run, step).flatMap((key) => events.find(({ changeKey }) => changeKey === key) ?? []);
      const name = `the decision ${step.change.cause} of ${step.at}`;
      if (event === undefined) return [`${name} is not in order_events`];
      return otherFields(asDecided(step, event), asWritten(event)).map((difference) => `${name} has ${difference}`);
    }
  }
}

interface Told {
  cause: string;
  source: string;
  state: string;
  to_status: string;
  requested_by: string | null;
  reason: string | null;
  evidence: Record<string, unknown>;
}

function asDecided({ change, row }: Committed, event: StoredEvent): Told {
  const kept = event.evidence?.['kept'];
  const isOverruled = Array.isArray(kept) && kept.includes('status');
  const told: Told = {
    cause: change.cause,
    source: change.source,
    state: isOverruled ? stateOf(row) : change.state,
    to_status: row.status,
    requested_by: change.requestedBy,
    reason: change.reason,
    evidence: change.evidence ?? {},
  };
  // That the order is another trade's shows only when it is to be committed.
  const takenBy = event.evidence?.['taken_by'];
  if (takenBy === undefined) return told;
  const evidence = { ...told.evidence, order_id: event.evidence?.['order_id'], taken_by: takenBy };
  return { ...told, cause: 'intent_mismatch', state: 'closed', evidence };
}

function asWritten({ cause, source, state, toStatus, requestedBy, reason, evidence }: StoredEvent): Told {
  const { kept: _kept, ...seen } = evidence ?? {};
  return { cause, source, state, to_status: toStatus, requested_by: requestedBy, reason, evidence: seen };
}

function otherFields(decided: Told, written: Told): string[] {
  return (Object.keys(decided) as (keyof Told)[]).flatMap((field) => {
    const [ours, theirs] = [jsonText(decided[field]), jsonText(written[field])];
    return sameJson(JSON.parse(ours), JSON.parse(theirs)) ? [] : [`${field} ${ours}, but order_events ${theirs}`];
  });
}

/** Events that say that a replayed run decided them, asked for them or was told of them, and none did. */
function undecidedEvents(
  events: readonly DecidedEvent[],
  unproven: readonly DecidedEvent[],
  runs: readonly ReplayedRun[],
): string[] {
  const decided = new Set(
    runs.flatMap((run) => [
      ...keysForOthers(run),
      ...run.steps.flatMap((step) => (step.kind === 'committed' ? keysOf(run, step) : [])),
    ]),
  );
  return events
    .filter((event) => !unproven.includes(event) && !decided.has(event.changeKey))
    .map((event) => `${nameOf(event)} stands in order_events, but the history has no such decision`);
}

/** The row is as the last step left it. */
function otherRow(trade: Trade, runs: readonly ReplayedRun[]): string[] {
  const step = runs.flatMap(({ steps }) => steps).at(-1);
  if (step === undefined) return [];
  return (Object.keys(step.row) as (keyof Trade)[])
    .filter((field) => !UNDECIDED.includes(field) && !sameJson(step.row[field], trade[field]))
    .map((field) => {
      const [left, found] = [step.row[field], trade[field]].map((value) => JSON.stringify(value));
      return `the step of ${step.at} left the row with ${field} ${left}, but it has ${found}`;
    });
}

/** After a reset a second one: what happened before was written under the id of the first run. */
function keysOf({ runId, firstRunId }: ReplayedRun, { change: { key } }: Committed): string[] {
  if (isToldEnd(key) || isByPlacing(key)) return [key];
  const number = key.slice(key.lastIndexOf('/') + 1);
  return [...new Set([runId, firstRunId])].map((id) => `${id}/${number}`);
}

/** Of what others may have committed for the run, whether or not it has heard of that. */
function keysForOthers({ runId, firstRunId, toldEnds, collections }: ReplayedRun): string[] {
  const ids = [...new Set([runId, firstRunId])];
  return [...toldEnds, ...ids.flatMap((id) => collections.map((activityId) => fillsKey({ runId: id, activityId })))];
}

function runOf(changeKey: string): string {
  return changeKey.slice(0, changeKey.lastIndexOf('/'));
}

function nameOf({ cause, at }: StoredEvent): string {
  return `the event ${cause} of ${at}`;
}
