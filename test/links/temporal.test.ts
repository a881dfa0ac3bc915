/** Scenario 26: the links to Temporal go silent, that of the worker and that of a bot. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OrderSyncClient, TemporalUnavailableError } from '../../src/client/index.ts';
import type { OrderRequest } from '../../src/domain/order/order-request.ts';
import { marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { temporalAddress } from '../support/resources.ts';
import { handleOf, resting } from '../support/scenario.ts';
import { deadline, eventually } from '../support/waiting.ts';
import { startLinkProxy, type LinkProxy } from './link-proxy.ts';

const SILENT_FOR_MS = 15_000;
/** After the silence. */
const RIGHT_WITHIN_MS = 30_000;

let test: TestEngine;
let botLink: LinkProxy;
let bot: OrderSyncClient;
/** Watched while nothing is wrong yet. */
let filled: OrderRequest[];
let cancelled: OrderRequest;
let awaited: OrderRequest;

beforeAll(async () => {
  test = await startTestEngine({ push: true, links: true });
  botLink = await startLinkProxy(temporalAddress());
  bot = await OrderSyncClient.connect({ address: botLink.target, taskQueue: test.taskQueue });
  [cancelled, awaited, ...filled] = await Promise.all([resting(test), resting(test), resting(test), resting(test)]);
});
afterAll(async () => {
  await bot?.close();
  await botLink?.close();
  await test?.stop();
});

describe('a link to Temporal that is silent for 15 s', () => {
  it.concurrent(
    "the worker's: orders that fill, are cancelled and are placed meanwhile are right 30 s later",
    async () => {
      test.links.temporal.fail({ kind: 'drop' });
      for (const { clientOrderId } of filled) test.simulator.exchange.act(clientOrderId, { do: 'fill' });
      await handleOf(test, cancelled).signal('cancelOrder');
      const placed = marketOrder();
      await test.start(placed);
      await sleep(SILENT_FOR_MS);
      test.links.temporal.heal();

      const outcomes = await deadline(
        Promise.all(
          [...filled, placed, cancelled].map((order) => test.outcome(handleOf(test, order), RIGHT_WITHIN_MS)),
        ),
        RIGHT_WITHIN_MS,
        'every order to be right',
      );
      expect(outcomes.map(({ status }) => status)).toEqual(['completed', 'completed', 'completed', 'cancelled']);
      expect(test.simulator.ledger.postCount(placed.clientOrderId)).toBe(1);
    },
    240_000,
  );

  it.concurrent(
    "a bot's: its calls are rejected in time, and its wait for the order's release goes on",
    async () => {
      const released = bot.waitForRelease(awaited.clientOrderId);
      botLink.fail({ kind: 'drop', connections: 'existing' });
      botLink.fail({ kind: 'cut', connections: 'new' });
      const state = deadline(bot.state(awaited.clientOrderId), SILENT_FOR_MS, 'the call to be given up');
      await expect(state).rejects.toThrow(TemporalUnavailableError);
      await sleep(SILENT_FOR_MS - 10_000);
      botLink.heal();

      await eventually(() => bot.state(awaited.clientOrderId), {
        withinMs: RIGHT_WITHIN_MS,
        what: 'the bot to be answered',
      });
      test.simulator.exchange.act(awaited.clientOrderId, { do: 'fill' });
      expect(await deadline(released, RIGHT_WITHIN_MS, 'the release')).toMatchObject({ status: 'completed' });
    },
    240_000,
  );
});
