import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startSimulator } from '../../src/simulator/index.ts';
import { botOf, restingBuy, startWithBot, type Answer, type Bot } from './bot.ts';

let bot: Bot;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'order-sync-editing-'));
  bot = await startWithBot({ stateFile: join(folder, 'state.json') });
});
afterEach(async () => {
  await bot.simulator.close();
  await rm(folder, { recursive: true });
});

function edit(clientOrderId: string, price: string, size: string): Promise<Answer> {
  const { orderId } = bot.simulator.ledger.orderByClientId(clientOrderId) ?? {};
  return bot.post('/orders/edit', { order_id: orderId ?? 'nobody', price, size });
}

function heldDollars(): Promise<string | undefined> {
  return bot.get('/accounts').then(({ json }) => json.accounts.find(({ currency }) => currency === 'USD')?.hold.value);
}

describe('an edit', () => {
  it('changes price and size of an order that keeps its id, and adjusts the hold', async () => {
    await bot.place('edited', restingBuy('60000', '0.01'));
    expect((await edit('edited', '50000', '0.02')).json).toMatchObject({ success: true, errors: [] });
    expect(await bot.order('edited')).toMatchObject({
      status: 'OPEN',
      order_configuration: { limit_limit_gtc: { base_size: '0.02', limit_price: '50000', post_only: false } },
      edit_history: [{ price: '50000', size: '0.02', replace_accept_timestamp: expect.stringMatching(/Z$/) }],
    });
    expect(await heldDollars()).toBe('1006');
    bot.simulator.exchange.setPrice('BTC-USD', '55000');
    expect((await bot.order('edited')).filled_size).toBe('0');
  });

  it('fills the order at once if the market is already there', async () => {
    await bot.place('crossed', restingBuy());
    await edit('crossed', '66000', '0.01');
    expect(Number((await bot.order('crossed')).filled_size)).toBeGreaterThan(0);
  });

  it('is only previewed by a preview', async () => {
    await bot.place('previewed', restingBuy());
    const { orderId } = bot.simulator.ledger.orderByClientId('previewed') ?? {};
    const { json } = await bot.post('/orders/edit_preview', { order_id: orderId, price: '50000', size: '0.02' });
    expect(json).toMatchObject({ errors: [], quote_size: '1000', base_size: '0.02', commission_total: '6' });
    expect(await bot.order('previewed')).toMatchObject({ edit_history: [] });
  });

  it.each([
    ['of no such order', async () => {}, '50000', '0.02', 'ORDER_NOT_FOUND'],
    ['of an order that has ended', () => bot.place('it'), '50000', '0.02', 'ONLY_OPEN_ORDERS_CAN_BE_EDITED'],
    ['to no price', () => bot.place('it', restingBuy()), '', '0.02', 'INVALID_EDITED_PRICE'],
    ['to a size between two', () => bot.place('it', restingBuy()), '50000', '0.000000001', 'INVALID_EDITED_SIZE'],
    [
      'to what it is',
      () => bot.place('it', restingBuy()),
      '60000.00',
      '0.01',
      'EDIT_REQUEST_EQUAL_TO_ORIGINAL_REQUEST',
    ],
  ])('%s is refused', async (_what, place, price, size, reason) => {
    await place();
    const { json } = await edit('it', price, size);
    expect(json).toMatchObject({ success: false, errors: [{ edit_failure_reason: reason }] });
  });

  it('to less than is filled is refused', async () => {
    await bot.place('half', restingBuy());
    bot.simulator.exchange.act('half', { do: 'fill', part: '0.5' });
    const { json } = await edit('half', '50000', '0.005');
    expect(json).toMatchObject({ errors: [{ edit_failure_reason: 'CANNOT_EDIT_TO_BELOW_FILLED_SIZE' }] });
  });

  it('is kept in the state file', async () => {
    await bot.place('kept', restingBuy());
    await edit('kept', '50000', '0.02');
    await bot.simulator.close();
    const again = await startSimulator({ tickMs: 0, keys: [bot.key], stateFile: join(folder, 'state.json') });
    bot = botOf(again, bot.key);
    expect(await bot.order('kept')).toMatchObject({ edit_history: [{ price: '50000', size: '0.02' }] });
  });
});
