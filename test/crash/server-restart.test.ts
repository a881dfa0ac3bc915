/** The servers below the engine go away while orders are open. */
import { setTimeout as sleep } from 'node:timers/promises';
import { MikroORM } from '@mikro-orm/postgresql';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isEnded, type OrderRequest } from '../../src/client/index.ts';
import { equalDecimals } from '../../src/domain/decimal.ts';
import { meaningOf } from '../../src/domain/order/exchange-order.ts';
import type { OrderPlan } from '../../src/simulator/index.ts';
import { limitOrder, marketOrder } from '../support/engine.ts';
import { startRestartable, type Restartable } from './restartable.ts';

/** Outages that outlast what a worker heartbeats for, and what an activity waits for. */
const DOWN_MS = 6_000;

const CONVERGES_WITHIN_MS = 75_000;
const ALL_RIGHT: { wrong: string[]; postedWithoutCommit: string[] } = { wrong: [], postedWithoutCommit: [] };

let parts: Restartable;
beforeAll(async () => {
  parts = await startRestartable();
});
afterAll(() => parts.stop(), 60_000);

describe('PostgreSQL', () => {
  it('is restarted: every open order continues, and none is placed twice', async () => {
    expect(await throughAnOutage(() => parts.restartPostgres(DOWN_MS))).toEqual(ALL_RIGHT);
  });

  it('refuses connections for a while: every open order continues, and none is placed twice', async () => {
    const refusal = async (): Promise<void> => {
      await refuseConnections(true);
      await sleep(DOWN_MS);
      await refuseConnections(false);
    };
    expect(await throughAnOutage(refusal)).toEqual(ALL_RIGHT);
  });
});

describe('the Temporal server', () => {
  it('is restarted: every open order continues, and none is placed twice', async () => {
    expect(await throughAnOutage(() => parts.restartTemporal(DOWN_MS))).toEqual(ALL_RIGHT);
  });
});

/** Orders that end before, during and after the outage, orders that are placed during it, and orders that rest. */
async function throughAnOutage(outage: () => Promise<void>): Promise<typeof ALL_RIGHT> {
  const before = [...ordersThatEnd(), ...ordersThatEnd(), resting()];
  await Promise.all(before.map(({ request, plan }) => parts.place(request, plan)));
  const during = ordersThatEnd();
  const placedDuring = sleep(DOWN_MS / 2).then(() =>
    Promise.all(during.map(({ request, plan }) => parts.place(request, plan))),
  );
  await outage();
  await placedDuring;

  const all = [...before, ...during].map(({ request }) => request.clientOrderId);
  const giveUpAtMs = Date.now() + CONVERGES_WITHIN_MS;
  let wrong = await wrongOnes(all);
  while (wrong.length > 0 && Date.now() < giveUpAtMs) {
    await sleep(500);
    wrong = await wrongOnes(all);
  }
  return { wrong, postedWithoutCommit: await postedWithoutCommit(all) };
}

/** Each POST has its attempt committed before it, so that no crash makes a second order of it. */
async function postedWithoutCommit(clientOrderIds: readonly string[]): Promise<string[]> {
  const trades = await Promise.all(clientOrderIds.map((id) => parts.engine.database.trades.find(id)));
  return clientOrderIds.filter(
    (id, index) => parts.simulator.ledger.postCount(id) > (trades[index]?.postAttempts ?? 0),
  );
}

/** What is wrong with each order, in words; nothing, when the row says what the ledger does. */
async function wrongOnes(clientOrderIds: readonly string[]): Promise<string[]> {
  const { trades } = parts.engine.database;
  const found = await Promise.all(
    clientOrderIds.map(async (clientOrderId) => {
      const trade = await trades.find(clientOrderId);
      const truth = parts.simulator.ledger.orderByClientId(clientOrderId);
      if (trade === null || truth === undefined) return [`${clientOrderId}: lost`];
      const meaning = meaningOf(truth.status);
      const shouldBe = meaning.kind === 'ended' ? meaning.as : 'pending';
      if (trade.status !== shouldBe) return [`${clientOrderId}: ${trade.status} instead of ${shouldBe}`];
      if (isEnded(trade.status) && !trade.fillsComplete) return [`${clientOrderId}: its fills are missing`];
      const fills = await trades.fillsOf(truth.orderId);
      const isExact =
        trade.orderId === truth.orderId &&
        equalDecimals(trade.filledSize, truth.filledSize) &&
        equalDecimals(trade.totalFees ?? '0', truth.totalFees) &&
        (!isEnded(trade.status) || fills.length === truth.fills.length);
      return isExact ? [] : [`${clientOrderId}: its figures differ`];
    }),
  );
  return found.flat();
}

function ordersThatEnd(): { request: OrderRequest; plan: OrderPlan }[] {
  return [
    { request: marketOrder(), plan: { steps: [{ do: 'fill' }] } },
    { request: marketOrder(), plan: { steps: [{ do: 'fill', afterMs: 4_000 }] } },
    {
      request: limitOrder(),
      plan: {
        steps: [
          { do: 'fill', part: '0.5', afterMs: 3_000 },
          { do: 'fill', afterMs: 12_000 },
        ],
      },
    },
    {
      request: limitOrder(),
      plan: {
        steps: [
          { do: 'fill', part: '0.5', afterMs: 1_000 },
          { do: 'cancel', afterMs: 5_000 },
        ],
      },
    },
  ];
}

function resting(): { request: OrderRequest; plan: OrderPlan } {
  return { request: limitOrder(), plan: {} };
}

/** As a server does that is being failed over: those that are connected are thrown out, and nobody else is let in. */
async function refuseConnections(refuse: boolean): Promise<void> {
  const clientUrl = parts.superuserUrl;
  const server = new MikroORM({ clientUrl, entities: [], discovery: { warnWhenNoEntities: false } });
  try {
    const connection = server.em.getConnection();
    await connection.execute(`alter database order_sync with allow_connections ${String(!refuse)}`);
    if (refuse) {
      await connection.execute(`select pg_terminate_backend(pid) from pg_stat_activity where datname = 'order_sync'`);
    }
  } finally {
    await server.close();
  }
}
