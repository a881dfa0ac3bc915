/** An engine whose orders are audited from the command line. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { ReplayPool } from '../../src/audit/replay/replay-pool.ts';
import type { OrderRequest } from '../../src/client/index.ts';
import type { Fill } from '../../src/domain/order/exchange-order.ts';
import { totalsOf } from '../../src/domain/order/fill-totals.ts';
import { workflowIdOf } from '../../src/domain/order/order-request.ts';
import { buildIdIn, keepBuild } from '../../src/temporal/builds.ts';
import { marketOrder, startTestEngine, type TestEngine, type TestEngineOptions } from '../support/engine.ts';
import { workflowBundle } from '../support/resources.ts';
import { commandLine, type CommandLine, type CommandLineOptions } from './command-line.ts';

export interface AuditFixture {
  test: TestEngine;
  /** What its audits are given. */
  given: Required<Pick<CommandLineOptions, 'environment' | 'taskQueue' | 'replayPool'>>;
  /** Its audits share one process that replays. */
  line: CommandLine;
  /** That of a machine where no build is kept. */
  lineWithoutBuilds: CommandLine;
  /** An order that is filled, and whose fill is recorded. */
  filled(): Promise<OrderRequest>;
  /** As `archiveWorkflow` does it. Answers the history's JSON. */
  archive(clientOrderId: string): Promise<string>;
  stop(): Promise<void>;
}

export async function startAuditFixture(
  options: Pick<TestEngineOptions, 'logFiles' | 'http'> = {},
): Promise<AuditFixture> {
  const builds = mkdtempSync(join(tmpdir(), 'order-sync-builds-'));
  await keepBuild(builds, workflowBundle());
  const test = await startTestEngine({ ...options, feed: false });
  const { taskQueue } = test;
  const replayPool = new ReplayPool(1);
  const environment = { ...test.environment, USER: 'carol' };
  const given = { environment: { ...environment, ORDER_SYNC_BUILDS_DIR: builds }, taskQueue, replayPool };
  return {
    test,
    given,
    line: commandLine(given),
    lineWithoutBuilds: commandLine({ environment, taskQueue }),
    async filled() {
      const request = marketOrder();
      await test.outcome(await test.start(request));
      await recordFills(test, request.clientOrderId);
      return request;
    },
    archive: (clientOrderId) => archive(test, clientOrderId),
    async stop() {
      replayPool.close();
      await test.stop();
      rmSync(builds, { recursive: true });
    },
  };
}

/** What the feed does: these facts stand in no history of the order. */
async function recordFills({ trades }: TestEngine, clientOrderId: string): Promise<void> {
  const trade = await trades.find(clientOrderId);
  if (!trade?.orderId) throw new Error(`${clientOrderId} has no exchange id`);
  const fill: Fill = {
    entryId: `${clientOrderId}-fill`,
    tradeId: `${clientOrderId}-trade`,
    orderId: trade.orderId,
    tradeType: 'FILL',
    price: trade.averageFilledPrice ?? '0',
    size: trade.filledSize,
    sizeInQuote: false,
    commission: trade.totalFees ?? '0',
    tradeTime: trade.filledAt ?? '',
    productId: trade.productId,
    side: trade.side,
    liquidityIndicator: null,
    sequenceTimestamp: null,
  };
  await trades.recordFills([fill]);
  const totals = totalsOf([fill]);
  const at = new Date().toISOString();
  const fact = { type: 'fills', key: 'fills/1', at, fillCount: 1, totals, shownSize: null, overdue: false } as const;
  await trades.apply(clientOrderId, fact);
}

async function archive({ client, engine }: TestEngine, clientOrderId: string): Promise<string> {
  const handle = client.workflow.getHandle(workflowIdOf(clientOrderId));
  const [{ runId }, history] = await Promise.all([handle.describe(), handle.fetchHistory()]);
  const json = historyToJSON(history);
  const at = new Date().toISOString();
  await engine.database.histories.add({
    workflowId: handle.workflowId,
    runId,
    clientOrderId,
    closeStatus: 'COMPLETED',
    buildId: buildIdIn(history.events ?? []),
    startedAt: at,
    closedAt: at,
    finalState: null,
    eventCount: history.events?.length ?? 0,
    history: gzipSync(json),
    sha256: createHash('sha256').update(json).digest('hex'),
  });
  return json;
}
