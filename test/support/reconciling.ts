/** A world for reconciliation: trades written straight into the database, orders straight into the exchange, and workflows where they shall run. */
import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { MikroORM } from '@mikro-orm/postgresql';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { ReconciliationPorts } from '../../src/activities/ports.ts';
import type { RunContext } from '../../src/activities/reconciliation/run.ts';
import { connectCoinbase } from '../../src/coinbase/connect.ts';
import { createOrm } from '../../src/database/orm.ts';
import type { OrderConfiguration } from '../../src/domain/order/order-configuration.ts';
import { snakeKeys } from '../../src/domain/names.ts';
import { totalsOf } from '../../src/domain/order/fill-totals.ts';
import { workflowIdOf } from '../../src/domain/order/order-request.ts';
import { DEFAULT_POLICY, type OrderPolicy } from '../../src/domain/order/policy.ts';
import type { SyncIssue } from '../../src/domain/reconciliation/issue.ts';
import type { ReconcileInput, ReconcileReport } from '../../src/domain/reconciliation/report.ts';
import type { LedgerOrder } from '../../src/simulator/index.ts';
import { startTestEngine, type TestEngine } from './engine.ts';
import { deadline } from './waiting.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

const LIMIT: OrderConfiguration = {
  limit_limit_gtc: { base_size: '0.002', limit_price: '50000.00', post_only: false },
};
export const MARKET: OrderConfiguration = { market_market_ioc: { quote_size: '10.00' } };

/**
 * Watches so slowly that a test is over before a workflow finds anything by itself: no request may ask for an hour, but a
 * row can say so.
 */
const HOURLY: OrderPolicy = { ...DEFAULT_POLICY, monitorIntervalMs: HOUR_MS, monitorForMs: 24 * HOUR_MS };

const STATUS_OF: Readonly<Record<string, string>> = {
  OPEN: 'pending',
  FILLED: 'completed',
  CANCELLED: 'cancelled',
  EXPIRED: 'expired',
  FAILED: 'failed',
};

interface OrderOptions {
  configuration?: OrderConfiguration | undefined;
  ageMs?: number;
  name?: string;
}

export type World = ReturnType<typeof worldOf>;

let count = 0;

/** On an engine of its own, whose feed does not run and where prices stand still. */
export async function startWorld(): Promise<World> {
  return worldOf(await startTestEngine({ feed: false, simulator: { tickMs: 0 } }));
}

export function worldOf(test: TestEngine) {
  const orm: MikroORM = createOrm(test.databaseUrl, new URL(test.databaseUrl).pathname.slice(1), 2);
  const { exchange, ledger } = test.simulator;

  const world = {
    test,
    orm,
    /** What Temporal was given during the last `step`. */
    heartbeats: [] as unknown[],

    sql<Rows extends object[] = object[]>(query: string, parameters: unknown[] = []): Promise<Rows> {
      return orm.em.fork().execute<Rows>(query, parameters);
    },

    /** An order at the exchange, open until something is done to it. */
    order({ configuration = LIMIT, ageMs = 2 * HOUR_MS, name = 'trade' }: OrderOptions = {}): LedgerOrder {
      count += 1;
      const clientOrderId = `${name}-${process.pid}-${Date.now()}-${count}`;
      exchange.setPlan({ clientOrderId }, {});
      const request = { clientOrderId, productId: 'BTC-USD', side: 'BUY', configuration } as const;
      exchange.place(request, Date.now() - ageMs);
      return world.shown(clientOrderId);
    },

    shown(clientOrderId: string): LedgerOrder {
      const order = ledger.orderByClientId(clientOrderId);
      if (order === undefined) throw new Error(`the exchange has no order ${clientOrderId}`);
      return order;
    },

    /** Does something to the order as if it had happened a while ago. */
    act(clientOrderId: string, action: Parameters<typeof exchange.act>[1], agoMs = 10 * MINUTE_MS): LedgerOrder {
      exchange.act(clientOrderId, action);
      const order = exchange.store.byClientOrderId(clientOrderId);
      if (order === undefined) throw new Error(`the exchange has no order ${clientOrderId}`);
      order.updatedAt = Date.now() - agoMs;
      if (order.lastFillAt !== null) order.lastFillAt = Date.now() - agoMs;
      return world.shown(clientOrderId);
    },

    /** The row that the exchange's order should have, with its fills; some fields may be other. */
    async trade(order: LedgerOrder, fields: Record<string, unknown> = {}): Promise<void> {
      await world.trades([order], fields);
      if (order.status === 'OPEN') return;
      for (const fill of order.fills) await world.fill(order, fill);
    },

    /** An open order and its trade, which no workflow watches. */
    async unwatched(options: OrderOptions = {}, fields: Record<string, unknown> = {}): Promise<LedgerOrder> {
      const order = world.order(options);
      await world.trade(order, fields);
      return order;
    },

    /** The same, and a workflow that looks once an hour. */
    async watched(options: OrderOptions = {}, fields: Record<string, unknown> = {}): Promise<LedgerOrder> {
      const order = await world.unwatched(options, fields);
      await world.watch(order.clientOrderId);
      return order;
    },

    /** The rows of many orders, without fills. */
    async trades(orders: readonly LedgerOrder[], fields: Record<string, unknown> = {}): Promise<void> {
      const rows = orders.map((order) => ({ ...rowOf(order), ...fields }));
      const names = Object.keys(rows[0] ?? {});
      const values = rows.map(() => `(${names.map(() => '?').join(', ')})`).join(', ');
      await world.sql(`insert into trades (${names.join(', ')}) values ${values}`, rows.flatMap(Object.values));
    },

    /** As the feed does it: the fills of trades that ended are listed, recorded, and complete their trades. */
    async recordFills(): Promise<void> {
      const { trades } = test.engine.database;
      for (const { clientOrderId, orderId } of await trades.endedWithoutFills(10_000, {
        changedWithinMs: 7 * 86_400_000,
      })) {
        const order = ledger.order(orderId ?? '');
        if (order === undefined) continue;
        for (const fill of order.fills) await world.fill(order, fill);
        const fills = await trades.fillsOf(order.orderId);
        await trades.apply(clientOrderId, {
          type: 'fills',
          key: `fills/${randomUUID()}`,
          at: new Date().toISOString(),
          fillCount: fills.length,
          totals: totalsOf(fills),
          shownSize: order.filledSize,
          overdue: false,
        });
      }
    },

    fill(order: LedgerOrder, fill: LedgerOrder['fills'][number]): Promise<unknown> {
      return world.sql(
        `insert into fills (entry_id, trade_id, order_id, trade_time, trade_type, price, size, size_in_quote, commission)
         values (?, ?, ?, ?, ?, ?, ?, false, ?) on conflict (entry_id) do nothing`,
        [
          fill.entryId,
          fill.tradeId,
          order.orderId,
          fill.tradeTime,
          fill.tradeType,
          fill.price,
          fill.size,
          fill.commission,
        ],
      );
    },

    /** Has a workflow resume the trade. */
    async watch(clientOrderId: string): Promise<void> {
      await test.client.workflow.start('orderWorkflow', {
        taskQueue: test.taskQueue,
        workflowId: workflowIdOf(clientOrderId),
        args: [{ clientOrderId }],
      });
    },

    /** An archived history by which the order was started with exactly this. */
    async archived(order: LedgerOrder): Promise<void> {
      const { clientOrderId, productId, side, configuration: orderConfiguration } = order;
      const request = { clientOrderId, botId: 'bot9', productId, side, orderConfiguration };
      const data = Buffer.from(JSON.stringify(request)).toString('base64');
      const started = { input: { payloads: [{ metadata: { encoding: 'anNvbi9wbGFpbg==' }, data }] } };
      const history = JSON.stringify({ events: [{ workflowExecutionStartedEventAttributes: started }] });
      await world.sql(
        `insert into workflow_histories
           (client_order_id, workflow_id, run_id, close_status, started_at, closed_at, event_count, history, sha256)
         values (?, ?, ?, 'COMPLETED', now(), now(), 1, ?, ?)`,
        [clientOrderId, workflowIdOf(clientOrderId), randomUUID(), gzipSync(history), '0'.repeat(64)],
      );
    },

    /** What a step of a run answers by itself. It is a dry run, in which nothing is signalled and no workflow is needed. */
    step<Arguments extends unknown[], Report>(
      of: (ports: ReconciliationPorts) => (run: RunContext, ...args: Arguments) => Promise<Report>,
      lastCompleteAt: string | null,
      ...args: Arguments
    ): Promise<Report> {
      const { COINBASE_REST_URL, COINBASE_API_KEY_NAME, COINBASE_API_PRIVATE_KEY } = test.environment;
      const exchange = connectCoinbase({
        restUrl: COINBASE_REST_URL ?? '',
        keyName: COINBASE_API_KEY_NAME ?? '',
        privateKey: COINBASE_API_PRIVATE_KEY ?? '',
        requestsPerSecond: 1_000,
      });
      const { trades, reconciliations } = test.engine.database;
      const ports = { exchange, trades, reconciliations } as ReconciliationPorts;
      const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
      world.heartbeats = [];
      environment.on('heartbeat', (details: unknown) => world.heartbeats.push(details));
      const nowMs = Date.now();
      const run = {
        runId: null,
        startedAt: new Date(nowMs).toISOString(),
        lastCompleteAt,
        stopAtMs: nowMs + MINUTE_MS,
      };
      return environment.run<[], Report, () => Promise<Report>>(() => of(ports)(run, ...args));
    },

    async reconcile(input: ReconcileInput = {}, withinMs = 60_000): Promise<ReconcileReport> {
      const run = test.client.workflow.execute('reconcileWorkflow', {
        taskQueue: test.taskQueue,
        workflowId: `reconcile-${randomUUID()}`,
        args: [input],
      }) as Promise<ReconcileReport>;
      return deadline(run, withinMs, 'a reconciliation run');
    },

    async issues(unresolved = true): Promise<SyncIssue[]> {
      const issues: SyncIssue[] = [];
      let cursor: string | null = null;
      do {
        const filter = { limit: 500, unresolved, ...(cursor !== null && { cursor }) };
        const page = await test.engine.database.reconciliations.listIssues(filter);
        issues.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== null);
      return issues;
    },

    async close(): Promise<void> {
      await orm.close();
    },

    /** With its engine. */
    async stop(): Promise<void> {
      await orm.close();
      await test.stop();
    },
  };
  return world;
}

/** `clientOrderId kind`, sorted: what two lists of issues are compared by. */
export function named(issues: readonly { clientOrderId: string | null; kind: string }[]): string[] {
  return issues.map(({ clientOrderId, kind }) => `${clientOrderId} ${kind}`).sort();
}

/** As the engine would have written it five minutes ago. */
function rowOf(order: LedgerOrder): Record<string, unknown> {
  const ended = order.status !== 'OPEN';
  const filled = order.status === 'FILLED';
  return {
    client_order_id: order.clientOrderId,
    order_id: order.orderId,
    bot_id: 'bot7',
    product_id: order.productId,
    side: order.side,
    order_configuration: JSON.stringify(order.configuration),
    policy: JSON.stringify(snakeKeys(HOURLY)),
    status: STATUS_OF[order.status],
    post_attempts: 1,
    post_attempted_at: order.createdAt,
    detected_by: ended ? 'monitoring' : null,
    fill_detected_at: filled ? order.lastFillAt : null,
    filled_at: filled ? order.lastFillAt : null,
    filled_size: order.filledSize,
    filled_value: order.fillCount > 0 ? order.filledValue : null,
    total_fees: order.fillCount > 0 ? order.totalFees : null,
    fills_complete: ended,
    ended_at: ended ? new Date(Date.now() - 5 * MINUTE_MS).toISOString() : null,
    created_at: order.createdAt,
    updated_at: new Date(Date.now() - 5 * MINUTE_MS).toISOString(),
  };
}
