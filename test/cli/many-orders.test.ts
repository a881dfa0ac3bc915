import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { askAt } from '../../src/cli/confirm.ts';
import type { CommandResult } from '../../src/client/index.ts';
import { createOrm } from '../../src/database/orm.ts';
import { limitOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { SLOW } from '../support/policies.ts';
import { fillUnseen, monitored } from '../support/scenario.ts';
import { commandLine, type CommandLine, type CommandLineOptions } from './command-line.ts';

let test: TestEngine;
let line: CommandLine;
beforeAll(async () => {
  test = await startTestEngine();
  line = lineWith({});
});
afterAll(() => test?.stop());

function lineWith(options: CommandLineOptions): CommandLine {
  return commandLine({ environment: { ...test.environment, USER: 'carol' }, taskQueue: test.taskQueue, ...options });
}

/** Somebody at the terminal who types this. */
function answering(typed: string): CommandLineOptions {
  const input = new PassThrough();
  input.end(typed);
  return { isTTY: true, ask: askAt(input, new PassThrough(), new AbortController().signal) };
}

async function resting(botId: string, count: number, productId = 'BTC-USD'): Promise<string[]> {
  const requests = Array.from({ length: count }, () => limitOrder({ botId, productId, policy: SLOW }));
  await Promise.all(requests.map((request) => monitored(test, request)));
  return requests.map(({ clientOrderId }) => clientOrderId);
}

async function statusesOf(ids: readonly string[]): Promise<unknown[]> {
  return Promise.all(ids.map(async (id) => (await test.trades.find(id))?.status));
}

interface Answer {
  orders: CommandResult[];
  sums: Record<string, number>;
}

describe('cancel of many', () => {
  it('reaches every open order of the bot and no other, reports each, and prints a summary', async () => {
    const ids = await resting('grid', 3);
    const [other = ''] = await resting('neighbour', 1);

    const { status, out, err } = await line('cancel', '--bot', 'grid', '--yes', '--reason', 'out of date');

    expect({ status, err }).toEqual({ status: 0, err: '' });
    for (const id of ids) expect(out).toContain(`${id} pending, cancel requested\n`);
    expect(out).toMatch(/\n3 asked to be cancelled\.\n$/);
    for (const id of ids) await test.untilState(id, (state) => state.status === 'cancelled');
    expect(await statusesOf([other])).toEqual(['pending']);
    const wanted = (await test.trades.events(ids[0] ?? '')).find(({ cause }) => cause === 'cancel_requested');
    expect(wanted).toMatchObject({ requestedBy: 'carol', reason: 'out of date' });
  });

  it('shows the orders and asks first; anything but yes, including the end of the input, does nothing', async () => {
    const ids = await resting('asked', 2);
    const argv = ['cancel', '--bot', 'asked', '--product', 'BTC-USD'];

    const refused = await lineWith(answering('n\n'))(...argv);
    const silent = await lineWith(answering(''))(...argv);
    const before = await statusesOf(ids);
    const done = await lineWith(answering('yes\n'))(...argv);

    expect(refused).toMatchObject({ status: 1, out: '' });
    for (const id of ids) expect(refused.err).toContain(id);
    expect(refused.err).toMatch(/2 orders of one bot: 2 .*pending/);
    expect(refused.err).toMatch(/nothing was done\n$/);
    expect(silent.status).toBe(1);
    expect(before).toEqual(['pending', 'pending']);
    expect(done.status).toBe(0);
    for (const id of ids) await test.untilState(id, (state) => state.status === 'cancelled');
  });

  it('shows its progress on a terminal, and removes it at the end', async () => {
    await resting('drawn', 2);
    const { err } = await lineWith({ isTTY: true })('cancel', '--bot', 'drawn', '--yes');
    expect(err).toContain(`${'█'.repeat(15)}${'░'.repeat(15)} 1 of 2`);
    expect(err).toContain(`${'█'.repeat(30)} 2 of 2`);
    expect(err.endsWith('\r\u001b[K')).toBe(true);
  });

  it('shows which orders match in a dry run, and changes nothing', async () => {
    const ids = await resting('dry', 2);
    const { status, out } = await line('cancel', '--bot', 'dry', '--dry-run', '--json');

    expect(status).toBe(0);
    const { orders, sums } = JSON.parse(out) as Answer;
    expect(orders.map(({ clientOrderId }) => clientOrderId).toSorted()).toEqual(ids.toSorted());
    expect(orders[0]).toMatchObject({ botId: 'dry', fromStatus: 'pending', outcome: 'selected', error: null });
    expect(sums).toEqual({ selected: 2 });
    expect((await test.trades.events(ids[0] ?? '')).map(({ cause }) => cause)).not.toContain('cancel_requested');
  });

  it('starts no more when it is stopped, and says how far it got', async () => {
    const ids = await resting('stopped', 2);
    const { status, out, err } = await lineWith({ stop: AbortSignal.abort() })('cancel', '--bot', 'stopped', '--yes');
    expect({ status, out }).toEqual({ status: 1, out: '\nNothing was done.\n' });
    expect(err).toContain('stopped when 0 of 2 orders were done');
    expect((await test.trades.events(ids[0] ?? '')).map(({ cause }) => cause)).not.toContain('cancel_requested');
  });

  it('reaches an order that Temporal no longer knows', async () => {
    const [id = ''] = await resting('forgotten', 1);
    const { workflowService } = test.client;
    const workflowExecution = { workflowId: `order-${id}` };
    await workflowService.deleteWorkflowExecution({ namespace: 'default', workflowExecution });

    const { status } = await line('cancel', '--bot', 'forgotten', '--yes');

    expect(status).toBe(0);
    await test.untilState(id, (state) => state.status === 'cancelled');
  });

  it('leaves out orders younger than --older-than', async () => {
    const [old = '', young = ''] = await resting('aged', 2);
    const orm = createOrm(test.databaseUrl, new URL(test.databaseUrl).pathname.slice(1), 2);
    await orm.em
      .fork()
      .execute(`update trades set created_at = created_at - interval '11 minutes' where client_order_id = ?`, [old]);
    await orm.close();

    const { out } = await line('cancel', '--bot', 'aged', '--older-than', '10m', '--dry-run');

    expect(out).toContain(old);
    expect(out).not.toContain(young);
    expect(out).toContain('1 order of one bot: 1 pending');
  });
});

describe('sync of many', () => {
  it('updates every order, and exits 1 if the exchange did not show one', async () => {
    const ids = await resting('unseen', 3);
    const [silent = ''] = ids;
    for (const clientOrderId of ids.slice(1)) fillUnseen(test, { clientOrderId });
    const match = { endpoint: 'getOrder', clientOrderId: silent } as const;
    const outage = test.simulator.faults.add({ match, do: { kind: 'reset', when: 'before' } });

    const { status, out, err } = await line('sync', '--bot', 'unseen', '--yes', '--json');
    test.simulator.faults.remove(outage);

    expect({ status, err }).toEqual({ status: 1, err: 'error: 1 of 3 orders could not be done\n' });
    const { orders, sums } = JSON.parse(out) as Answer;
    expect(sums).toEqual({ updated: 2, failed: 1 });
    expect(orders.find(({ clientOrderId }) => clientOrderId === silent)).toMatchObject({
      outcome: 'failed',
      toStatus: 'pending',
      error: expect.any(String),
    });
    expect(await statusesOf(ids)).toEqual(['pending', 'completed', 'completed']);
    const again = await line('sync', '--bot', 'unseen', '--status', 'completed', '--yes');
    expect(again).toMatchObject({ status: 0, out: expect.stringContaining('\n2 as they were.\n') });
  });

  it('succeeds when no order matches', async () => {
    expect(await line('sync', '--bot', 'nobody', '--yes')).toEqual({ status: 0, out: 'No order fits.\n', err: '' });
  });
});

describe('resolve of many', () => {
  const BY = ['--status', 'failed', '--requested-by', 'alice', '--reason', 'not in the statement'];

  it('ends those that the exchange has forgotten, and reports the one that it shows open', async () => {
    const ids = await resting('lost', 3);
    for (const id of ids.slice(1)) test.simulator.exchange.act(id, { do: 'purge' });

    const { status, out } = await line('resolve', '--bot', 'lost', '--from-status', 'pending', ...BY, '--yes');

    expect(status).toBe(1);
    expect(out).toContain(`${ids[1]} pending → failed\n`);
    expect(out).toMatch(new RegExp(`${ids[0]} pending, not done: .*the exchange shows the order OPEN`));
    expect(out).toContain('\n2 resolved, 1 not done.\n');
    expect(await statusesOf(ids)).toEqual(['pending', 'failed', 'failed']);
  });

  it('refuses a blank reason without asking', async () => {
    const argv = ['--bot', 'lost', '--status', 'failed', '--requested-by', 'alice', '--reason', ' ', '--yes'];
    const { status, err } = await line('resolve', ...argv);
    expect({ status, err }).toEqual({ status: 1, err: expect.stringContaining('reason: must be a non-blank string') });
  });
});

describe('wrong usage', () => {
  it.each([
    ['neither an id nor a filter', ['cancel', '--yes'], '--all for every open one'],
    ['an id and a filter', ['cancel', 'some-id', '--bot', 'grid'], 'not both'],
    ['--all and a filter', ['sync', '--all', '--bot', 'grid'], '--all'],
    ['nobody to ask', ['cancel', '--all'], '--yes: is required without a terminal'],
    ['nobody to ask, of JSON', ['sync', '--all', '--json'], '--yes: is required with --json'],
    ['a time without a unit', ['cancel', '--older-than', '10'], '10m'],
    ['an ended status to cancel', ['cancel', '--status', 'completed', '--yes'], 'placing, pending, stale'],
    ['--wait for many', ['cancel', '--all', '--yes', '--wait'], 'order-sync list --watch'],
    ['a dry run of one cancel', ['cancel', 'some-id', '--dry-run'], 'order-sync status'],
  ])('exits 2 and does nothing: %s', async (_what, argv, hint) => {
    expect(await line(...argv)).toEqual({ status: 2, out: '', err: expect.stringContaining(hint) });
  });
});
