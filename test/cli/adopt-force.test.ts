/** `adopt --force`: an operator takes back that an order was called another than was meant. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AdoptReport } from '../../src/cli/adopt/adopt.ts';
import { limitOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { commandLine, type CommandLine } from './command-line.ts';

const BY = ['--requested-by', 'alice', '--reason', 'its size was echoed wrongly'] as const;
const OTHER_SIZE = { limit_limit_gtc: { base_size: '7', limit_price: '50000.00', post_only: false } };

let test: TestEngine;
let line: CommandLine;
beforeAll(async () => {
  test = await startTestEngine({ feed: false });
  line = commandLine({ environment: test.environment, taskQueue: test.taskQueue });
});
afterAll(() => test?.stop());

/** An order whose echo was wrong for a while, by which its trade was ended; answers both of its ids. */
async function mismatched(echo: Record<string, unknown> = { order_configuration: OTHER_SIZE }) {
  const request = limitOrder();
  const { clientOrderId } = request;
  test.simulator.exchange.setPlan({ clientOrderId }, {});
  const fault = test.simulator.faults.add({ match: { clientOrderId }, do: { kind: 'patch', fields: echo } });
  const outcome = await test.outcome(await test.start(request));
  test.simulator.faults.remove(fault);
  expect(outcome).toMatchObject({ status: 'failed', reason: 'CLIENT_ORDER_ID_MISMATCH', orderId: null });
  const orderId = test.simulator.ledger.orderByClientId(clientOrderId)?.orderId ?? '';
  return { clientOrderId, orderId };
}

async function force(orderId: string): Promise<{ status: number; report: AdoptReport | undefined; err: string }> {
  const { status, out, err } = await line('adopt', '--force', orderId, ...BY, '--json');
  const { orders } = (out === '' ? { orders: [] } : JSON.parse(out)) as { orders: AdoptReport[] };
  return { status, report: orders[0], err };
}

describe('adopt --force', () => {
  it('reattaches an open order to its trade, which blocks its bot and has its workflow again', async () => {
    const { clientOrderId, orderId } = await mismatched();

    const first = await force(orderId);
    const again = await force(orderId);

    expect(first).toMatchObject({ status: 0, report: { result: 'reclaimed', clientOrderId, status: 'pending' } });
    expect(again).toMatchObject({ status: 0, report: { result: 'already_known', status: 'pending' } });
    expect(await test.trades.find(clientOrderId)).toMatchObject({ orderId, status: 'pending', reason: null });
    const events = (await test.trades.events(clientOrderId)).filter(({ cause }) => cause === 'reclaimed');
    expect(events).toMatchObject([{ fromStatus: 'failed', toStatus: 'pending', requestedBy: 'alice', reason: BY[3] }]);
    expect(await test.state(clientOrderId)).toMatchObject({ state: 'monitoring' });
    expect(test.simulator.ledger.postCount(clientOrderId)).toBe(1);

    test.simulator.exchange.act(orderId, { do: 'fill' });
    expect(await line('sync', clientOrderId)).toMatchObject({ status: 0 });
    expect(await test.trades.find(clientOrderId)).toMatchObject({ status: 'completed', orderId });
  });

  it('records the end of an order that has ended meanwhile', async () => {
    const { clientOrderId, orderId } = await mismatched();
    test.simulator.exchange.act(orderId, { do: 'fill' });

    expect(await force(orderId)).toMatchObject({ status: 0, report: { status: 'completed', filledSize: '0.002' } });

    expect(await test.trades.find(clientOrderId)).toMatchObject({ orderId, detectedBy: 'manual-sync' });
  });

  it('is suggested by an adoption without it', async () => {
    const { clientOrderId, orderId } = await mismatched();

    const { status, out } = await line('adopt', orderId, '--bot', 'bot7');

    expect({ status, out }).toEqual({ status: 1, out: expect.stringContaining(`adopt --force ${orderId}`) });
    expect(await test.trades.find(clientOrderId)).toMatchObject({ orderId: null, status: 'failed' });
  });

  it('refuses an order of another side, which would be taken away again at once', async () => {
    const request = limitOrder();
    const { clientOrderId } = request;
    test.simulator.exchange.setPlan({ clientOrderId }, {});
    // The exchange answers a repeated client order id with the order that it has.
    const { order } = test.simulator.exchange.place(
      { clientOrderId, productId: 'BTC-USD', side: 'SELL', configuration: request.orderConfiguration },
      Date.now(),
    );
    await test.outcome(await test.start(request));

    const { status, err } = await force(order.orderId);

    expect({ status, err }).toEqual({ status: 1, err: expect.stringMatching(/\(side differ\).* cancel it/) });
    expect(await test.trades.find(clientOrderId)).toMatchObject({ orderId: null, status: 'failed' });
  });

  it('refuses what the exchange does not know, or does not answer for, and changes nothing', async () => {
    const { clientOrderId, orderId } = await mismatched();
    const outage = test.simulator.faults.add({ match: {}, do: { kind: 'reset', when: 'before' } });
    const unanswered = await force(orderId);
    test.simulator.faults.remove(outage);

    expect(unanswered).toMatchObject({ status: 1, err: expect.stringContaining('nothing was changed; try again') });
    expect(await force(randomUUID())).toMatchObject({ status: 1, err: expect.stringContaining('order-sync status') });
    expect(await test.trades.find(clientOrderId)).toMatchObject({ orderId: null, status: 'failed' });
  });

  it('names the remedy where no trade, or a trade that ended otherwise, has the client order id', async () => {
    const { exchange } = test.simulator;
    const configuration = limitOrder().orderConfiguration;
    const place = (clientOrderId: string): string => {
      exchange.setPlan({ clientOrderId }, {});
      return exchange.place({ clientOrderId, productId: 'BTC-USD', side: 'BUY', configuration }, Date.now()).order
        .orderId;
    };
    const foreign = place(`foreign-${randomUUID()}`);
    expect(await force(foreign)).toMatchObject({
      status: 1,
      err: expect.stringContaining(`\`order-sync adopt ${foreign} --bot <bot>\``),
    });

    // Rejected under the id of an order that another program places later.
    const request = limitOrder();
    const { clientOrderId } = request;
    exchange.setPlan({ clientOrderId }, { refuse: { code: 'INSUFFICIENT_FUND' } });
    await test.outcome(await test.start(request));
    const later = place(clientOrderId);
    expect(await force(later)).toMatchObject({
      status: 1,
      err: expect.stringContaining(`\`order-sync sync ${clientOrderId}\``),
    });
  });

  it.each([
    ['nobody named', ['an-id'], '--requested-by: is required with --force'],
    ['no reason', ['an-id', '--requested-by', 'alice'], '--reason: is required with --force'],
    ['a bot', ['an-id', ...BY, '--bot', 'bot7'], '--bot: cannot be used with --force'],
    ['a file', [...BY, '--from-csv', 'file.csv'], '--from-csv: cannot be used with --force'],
    ['no order', [...BY], "give the exchange's order id"],
  ])('is wrong usage with %s', async (_what, argv, says) => {
    expect(await line('adopt', '--force', ...argv)).toMatchObject({ status: 2, err: expect.stringContaining(says) });
  });
});
