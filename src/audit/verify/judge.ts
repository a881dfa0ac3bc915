/** Whether what is recorded of an order follows from its histories, by the rule that the workers decide by. */
import { isRecord } from '../../domain/field-error.ts';
import type { EncryptionCodec } from '../../encryption/payload-codec.ts';
import type { MovedOrder } from '../../domain/order/moved-order.ts';
import { workflowIdOf } from '../../domain/order/order-request.ts';
import { orderStateOf, type OrderState } from '../../domain/order/order-state.ts';
import type { OrderStateName, Trade, TradeStatus } from '../../domain/order/trade.ts';
import type { StoredEvent } from '../../ports/trade-store.ts';
import type { InclusionVerifier } from '../log/merkle-proof.ts';
import type { ReplayPool } from '../replay/replay-pool.ts';
import { noFindings, replaceRun, type ReplayedRun } from '../replay/replayed-run.ts';
import { compare, type Comparison } from '../rules/compare.ts';
import { sameValue } from '../rules/stored-value.ts';
import { anchoring, type Anchoring } from './anchoring.ts';
import type { Builds } from './builds.ts';
import type { Evidence, RunEvidence } from './evidence.ts';
import { movedIn, wrongMove } from './moved.ts';
import { readRun, type RunHistory } from './run-history.ts';

/** An event of the order. */
export interface Moment extends Pick<StoredEvent, 'at' | 'cause' | 'source' | 'requestedBy' | 'sentBy' | 'reason'> {
  state: OrderStateName;
  status: TradeStatus;
  /** The run whose history has the fact; null where none has. */
  runId: string | null;
}

/** Of an order that was `moved out`, the log says which bundle has to be verified in its place. */
export const OUTCOMES = ['verified', 'differs', 'cannot be replayed', 'moved out'] as const;

export interface OrderVerdict extends Omit<Anchoring, 'differences'>, Pick<Comparison, 'differences' | 'unproven'> {
  clientOrderId: string;
  outcome: (typeof OUTCOMES)[number];
  /** Why it cannot be replayed; null when it can. */
  why: string | null;
  /** Null of an order that was not moved out. */
  moved: MovedOrder | null;
  /** Oldest first. */
  runs: Pick<ReplayedRun, 'runId' | 'status' | 'eventCount'>[];
  /** Oldest first. */
  timeline: Moment[];
}

export interface VerifyDependencies {
  pool: ReplayPool;
  builds: Builds;
  codec: EncryptionCodec;
  /** Of the signed head of the transparency log that the proofs are against; null where there is none. */
  log: InclusionVerifier | null;
}

/** @param damage - What is known to be wrong with the evidence already. */
export async function judge(
  evidence: Evidence,
  dependencies: VerifyDependencies,
  damage: readonly string[] = [],
): Promise<OrderVerdict> {
  const { clientOrderId } = evidence.trade;
  const moved = movedIn(evidence.leaves);
  const read = evidence.runs.map((run) => {
    const history = readHistory(evidence, run, dependencies.codec);
    // The archive may not know it; the history itself does.
    return { run: { ...run, buildId: run.buildId ?? history?.buildId ?? null }, history };
  });
  const { differences: unlogged, ...anchors } = anchoring(evidence, dependencies.log);
  const found = [...damage, ...read.flatMap(({ history }) => history?.differences ?? []), ...unlogged];
  const shown = read.map(({ run: { runId, status }, history }) => ({
    runId,
    status,
    eventCount: history?.eventCount ?? 0,
  }));
  const verdict = { clientOrderId, runs: shown, why: null, moved, unproven: 0, timeline: [], ...anchors };
  if (moved !== null) {
    const differences = [...found, ...wrongMove(evidence.leaves)];
    return { ...verdict, outcome: differences.length === 0 ? 'moved out' : 'differs', differences };
  }
  const { replaced, why } = await unreplayable(read, dependencies.builds);
  found.push(...replaced);
  if (why !== null && found.length === 0) return { ...verdict, outcome: 'cannot be replayed', differences: [], why };
  // What is damaged is not replayed as well: that would only say it again in other words.
  if (why !== null || read.some(({ history }) => history?.differences.length !== 0) || replaced.length > 0)
    return { ...verdict, outcome: 'differs', differences: found };
  const replayed: ReplayedRun[] = [];
  for (const { run, history } of read) {
    if (history !== null) replayed.push(await replay(clientOrderId, run, history, dependencies));
  }
  const { differences, unproven, proofs, rows } = compare(evidence, replayed);
  found.push(
    ...differences,
    ...missingRuns(
      read.map(({ history }) => history),
      evidence.runs,
    ),
    ...read.flatMap(({ run, history }) => otherOutcome(`run ${run.runId}`, history?.outcome, rows)),
    ...evidence.leaves.flatMap(({ leaf }) =>
      leaf.kind === 'archive'
        ? otherOutcome(`the archived run ${String(leaf['run_id'])}`, leaf['final_state'], rows)
        : [],
    ),
  );
  const outcome = found.length === 0 ? 'verified' : 'differs';
  return { ...verdict, outcome, differences: found, unproven, timeline: proofs.map(momentOf) };
}

function readHistory({ trade, leaves }: Evidence, run: RunEvidence, codec: EncryptionCodec): RunHistory | null {
  if (run.history === null) return null;
  const archived = leaves.find(({ leaf }) => leaf.kind === 'archive' && leaf['run_id'] === run.runId)?.leaf ?? null;
  return readRun(trade.clientOrderId, { ...run, history: run.history }, archived, codec);
}

/** Code that is not what its build's id says is damage, and code that is not there a reason. */
async function unreplayable(
  runs: readonly { run: RunEvidence; history: RunHistory | null }[],
  builds: Builds,
): Promise<{ replaced: string[]; why: string | null }> {
  const replaced: string[] = [];
  let why = runs.length === 0 ? 'no history of it is archived, and Temporal has none' : null;
  for (const { run, history } of runs) {
    const { runId, lost, buildId } = run;
    if (history === null) {
      why ??= `the history of run ${runId} is gone: ${lost ?? 'no reason is recorded'}`;
      continue;
    }
    if (history.sealed !== null)
      why ??= `the history of run ${runId} cannot be read: ${history.sealed}; give the key in ORDER_SYNC_PAYLOAD_KEYS`;
    if (buildId === null) continue;
    const build = await builds.find(buildId);
    if (build.kind === 'missing') why ??= `the code of build ${buildId}, which wrote run ${runId}, is missing`;
    if (build.kind === 'replaced')
      replaced.push(
        `the code of build ${buildId}, which wrote run ${runId}, was replaced: its SHA-256 is ${build.sha256}`,
      );
  }
  return { replaced, why };
}

async function replay(
  clientOrderId: string,
  run: RunEvidence,
  { firstRunId, eventCount, history }: RunHistory,
  { pool, builds }: VerifyDependencies,
): Promise<ReplayedRun> {
  const { runId, status } = run;
  // A run of which no task was ever done has learnt nothing.
  if (run.buildId === null) return { runId, firstRunId, status, eventCount, ...noFindings(), error: null };
  const build = await builds.find(run.buildId);
  const codeFile = build.kind === 'there' ? build.file : '';
  const workflowId = workflowIdOf(clientOrderId);
  const { facts, ...replayed } = await pool.replay({ codeFile, workflowId, history });
  // A replay has the id of the first run for that of each run.
  const ownFacts = facts.map(({ fact, how }) => ({
    fact: { ...fact, key: replaceRun(fact.key, firstRunId, runId) },
    how,
  }));
  return { runId, firstRunId, status, eventCount, ...replayed, facts: ownFacts };
}

function missingRuns(histories: readonly (RunHistory | null)[], runs: readonly RunEvidence[]): string[] {
  const known = new Set(runs.map(({ runId }) => runId));
  return histories.flatMap((history) =>
    history === null || history.continuedRunId === null || known.has(history.continuedRunId)
      ? []
      : [`the history of run ${history.continuedRunId} is missing, which another one continues`],
  );
}

/** What a run returned is the row as it was then, so it must be one that the events led to. */
function otherOutcome(name: string, outcome: unknown, rows: readonly Trade[] | null): string[] {
  if (rows === null || !isRecord(outcome)) return [];
  const wrong = rows.map((row) => {
    const state = orderStateOf(row);
    return (Object.keys(state) as (keyof OrderState)[]).filter((field) => !sameValue(state[field], outcome[field]));
  });
  const closest = wrong.toSorted((a, b) => a.length - b.length)[0] ?? [];
  return closest.map((field) => `${name} returned ${field} ${JSON.stringify(outcome[field])}, which no event led to`);
}

function momentOf({ event, runId }: Comparison['proofs'][number]): Moment {
  const { at, state, toStatus: status, cause, source, requestedBy, sentBy, reason } = event;
  return { at, state, status, cause, source, requestedBy, sentBy, reason, runId };
}
