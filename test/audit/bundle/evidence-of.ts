/** The evidence of an order whose history is committed: its rows as the engine wrote them, made again by its own rule. */
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { leafOf, type Leaf } from '../../../src/audit/log/leaf.ts';
import type { ReplayPool } from '../../../src/audit/replay/replay-pool.ts';
import type { Builds } from '../../../src/audit/verify/builds.ts';
import { recordIn, type Evidence } from '../../../src/audit/verify/evidence.ts';
import type { Decision } from '../../../src/domain/order/decision.ts';
import { decide } from '../../../src/domain/order/decide.ts';
import type { Fill } from '../../../src/domain/order/exchange-order.ts';
import type { Fact } from '../../../src/domain/order/fact.ts';
import { totalsOf } from '../../../src/domain/order/fill-totals.ts';
import type { OrderIntent } from '../../../src/domain/order/order-request.ts';
import { orderStateOf } from '../../../src/domain/order/order-state.ts';
import { stateOf, type Trade } from '../../../src/domain/order/trade.ts';
import { UNPLACED } from '../../../src/domain/order/unplaced.ts';
import { snakeKeys } from '../../../src/domain/names.ts';

interface Recorded {
  events: {
    eventTime: string;
    workflowExecutionStartedEventAttributes: { workflowId: string; originalExecutionRunId: string };
  }[];
}

/** How a history was written: by this code, which calls some things by other names than the present build does. */
export interface Author {
  code: string;
  /** Of the present build, what this one has instead. */
  renamed(text: string): string;
}

/** Of the author's build, as if it had written the history. */
export async function evidenceOf(
  name: string,
  { pool, builds, isCorrected, ...author }: { pool: ReplayPool; builds: Builds; isCorrected: boolean } & Author,
): Promise<Evidence> {
  const { code } = author;
  const file = new URL(`../../histories/${name}.json`, import.meta.url);
  const { history: recorded } = JSON.parse(readFileSync(file, 'utf8')) as { history: Recorded };
  const buildId = hash('sha256', code).slice(0, 16);
  const history = Buffer.from(
    author.renamed(JSON.stringify(recorded)).replaceAll(/\+[0-9a-f]{64}"/g, `+${hash('sha256', code)}"`),
  );
  const [first] = recorded.events;
  if (first === undefined) throw new Error(`${name} has no events`);
  const { workflowId, originalExecutionRunId: runId } = first.workflowExecutionStartedEventAttributes;
  const build = await builds.find(buildId);
  const codeFile = build.kind === 'there' ? build.file : '';
  const { intent, startedBy, facts, error } = await pool.replay({ codeFile, workflowId, history });
  if (intent === null || error !== null) throw new Error(`${name}: ${error ?? 'it places nothing'}`);
  const at = first.eventTime.replace(/(\.\d{6})\d*Z/, '$1Z');
  const record = new WrittenOrder(intent, { at, startedBy });
  for (const { fact, how } of facts) if (how !== 'delivered') record.apply(fact);
  if (isCorrected) record.correctFill();
  const archive = {
    id: '1',
    client_order_id: intent.clientOrderId,
    workflow_id: workflowId,
    run_id: runId,
    close_status: 'COMPLETED',
    build_id: buildId,
    started_at: at,
    closed_at: at,
    archived_at: new Date(Date.parse(at) + 3_600_000).toISOString(),
    final_state: orderStateOf(record.row),
    event_count: recorded.events.length,
    sha256: hash('sha256', history),
  };
  const leaves = [...record.leaves, leafOf('archive', archive)].map((leaf) => ({ leaf, proof: null }));
  const runs = [{ runId, status: 'COMPLETED', buildId, history, lost: null }];
  return { trade: record.row, ...recordIn(leaves), runs, leaves };
}

let lastId = 0;

/** What the database has of an order while it lives. */
class WrittenOrder {
  row: Trade;
  readonly leaves: Leaf[] = [];

  constructor(intent: OrderIntent, { at, startedBy }: { at: string; startedBy: string | null }) {
    this.row = { ...intent, ...UNPLACED, createdAt: at, updatedAt: at };
    this.#write(null, { cause: 'intent', source: 'bot', evidence: { ...intent }, sent_by: startedBy }, { at });
    const before = this.row;
    this.row = { ...before, postAttempts: 1 };
    this.#write(before, { cause: 'post_attempt', source: 'post', evidence: { attempt: 1 } }, { at });
  }

  apply(fact: Fact): void {
    const decision = decide(this.row, fact);
    if (decision === null) return;
    const before = this.row;
    this.row = decision.trade;
    this.#write(before, eventFieldsOf(decision), { at: new Date(fact.at).toISOString(), fact_key: fact.key });
  }

  /** The exchange takes the fill back, and enters it again with another fee. */
  correctFill(): void {
    const { clientOrderId, orderId, averageFilledPrice, filledSize, filledAt, totalFees, productId, side } = this.row;
    const fill: Fill = {
      entryId: `${clientOrderId}-fill`,
      tradeId: `${clientOrderId}-trade`,
      orderId: orderId ?? '',
      tradeType: 'FILL',
      price: averageFilledPrice ?? '0',
      size: filledSize,
      sizeInQuote: false,
      commission: '0.9',
      tradeTime: new Date(filledAt ?? 0).toISOString(),
      productId,
      side,
      liquidityIndicator: null,
      sequenceTimestamp: null,
    };
    const fills = [
      fill,
      { ...fill, entryId: `${clientOrderId}-reversal`, tradeType: 'REVERSAL' },
      { ...fill, entryId: `${clientOrderId}-correction`, tradeType: 'CORRECTION', commission: totalFees ?? '0' },
    ];
    const at = fill.tradeTime;
    for (const each of fills)
      this.leaves.push(leafOf('fill', { id: String((lastId += 1)), ...snakeKeys(each), recorded_at: at }));
    const totals = totalsOf(fills);
    this.apply({ type: 'fills', key: 'fills/3', at, fillCount: fills.length, totals, shownSize: null, overdue: false });
  }

  #write(before: Trade | null, fields: object, at: { at: string; fact_key?: string }): void {
    const columns = {
      id: String((lastId += 1)),
      client_order_id: this.row.clientOrderId,
      from_status: before?.status ?? null,
      to_status: this.row.status,
      state: stateOf(this.row),
      requested_by: null,
      sent_by: null,
      reason: null,
      fact_key: null,
      ...fields,
      ...at,
    };
    this.leaves.push(leafOf('event', JSON.parse(JSON.stringify(columns)) as typeof columns));
  }
}

function eventFieldsOf({ cause, source, evidence, requester }: Decision): object {
  const { requestedBy, reason, sentBy = null } = requester;
  return { cause, source, evidence, requested_by: requestedBy, reason, sent_by: sentBy };
}
