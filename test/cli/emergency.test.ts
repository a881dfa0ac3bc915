import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { fillUnseen } from '../support/scenario.ts';
import { eventually } from '../support/waiting.ts';
import { commandLine, type CommandLine } from './command-line.ts';

/** Stale within two seconds, and not looked at again within a minute. */
const UNSEEN = { immediateCheckAttempts: 1, monitorIntervalMs: 60_000, monitorForMs: 1_000 };

let test: TestEngine;
let line: CommandLine;
beforeAll(async () => {
  test = await startTestEngine();
  line = commandLine({ environment: { ...test.environment, USER: 'carol' }, taskQueue: test.taskQueue });
});
afterAll(() => test?.stop());

async function canTrade(
  bot: string,
): Promise<{ allowed: boolean; blocking: { clientOrderId: string; status: string }[] }> {
  const { status, out } = await line('can-trade', '--bot', bot, '--product', 'BTC-USD', '--json');
  expect(status).toBe(0);
  return JSON.parse(out) as Awaited<ReturnType<typeof canTrade>>;
}

describe('a bot that is blocked by an order that was filled while stale, between two looks', () => {
  const WAYS: readonly [way: string, solve: (clientOrderId: string) => Promise<unknown>][] = [
    [
      'the signal, as the Temporal UI sends it',
      (id) => test.client.workflow.getHandle(`order-${id}`).signal('manualSync'),
    ],
    ['the update', (id) => test.client.workflow.getHandle(`order-${id}`).executeUpdate('syncNow')],
    ['order-sync sync, with the beginning of the id', (id) => line('sync', id.slice(0, -1), '--reason', 'blocked')],
  ];

  it.each(WAYS)('is released within seconds of %s', async (way, solve) => {
    const request = marketOrder({ botId: `bot of ${way}`, policy: UNSEEN });
    const { botId, clientOrderId } = { ...request, clientOrderId: `${request.clientOrderId}-x` };
    test.simulator.exchange.setPlan({ clientOrderId }, {});
    const handle = await test.start({ ...request, clientOrderId });
    await test.untilState(clientOrderId, ({ state }) => state === 'stale');
    fillUnseen(test, { clientOrderId });
    expect(await canTrade(botId)).toMatchObject({ allowed: false, blocking: [{ clientOrderId, status: 'stale' }] });

    await solve(clientOrderId);

    await eventually(async () => (await canTrade(botId)).allowed, { withinMs: 5_000, what: 'the bot to be free' });
    expect(await test.outcome(handle)).toMatchObject({
      status: 'completed',
      detectedBy: 'manual-sync',
      staleSince: null,
    });
    expect(test.simulator.ledger.postCount(clientOrderId)).toBe(1);
  });
});

describe('can-trade', () => {
  it('says which orders block the bot, and what to do', async () => {
    const request = marketOrder({ botId: 'blocked', policy: UNSEEN });
    test.simulator.exchange.setPlan(request, {});
    await test.start(request);
    await test.untilState(request.clientOrderId, ({ status }) => status === 'pending' || status === 'stale');

    const blocked = await line('can-trade', '--bot', 'blocked');
    const elsewhere = await line('can-trade', '--bot', 'blocked', '--product', 'ETH-USD');

    expect(blocked.out).toMatch(/^Bot blocked is blocked by:\nCLIENT ORDER ID +STATUS +AGE +EXCHANGE ORDER ID\n/);
    expect(blocked.out).toMatch(new RegExp(`\n${request.clientOrderId} +(pending|stale) +\\d+ s +[0-9a-f-]{36}\n`));
    expect(blocked.err).toContain('order-sync sync <id>');
    expect(elsewhere).toEqual({ status: 0, out: 'Bot blocked is free on ETH-USD.\n', err: '' });
  });

  it('is wrong usage without a bot', async () => {
    expect(await line('can-trade')).toMatchObject({ status: 2, err: expect.stringContaining('--bot') });
  });
});
