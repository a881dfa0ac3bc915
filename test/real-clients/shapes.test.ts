/**
 * The fields of real answers of Coinbase, and their types, as ccxt's samples for its parsers show them
 * (`ts/src/test/static/response/coinbase.json` of its repository, 2026-11).
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sign, startWithBot, type Bot } from '../simulator/bot.ts';

type Kind = 'string' | 'boolean' | 'list' | 'object';
type Shape = Readonly<Partial<Record<Kind, string>>>;

const ORDER: Shape = {
  string: `order_id product_id user_id side client_order_id status time_in_force created_time completion_percentage
    filled_size average_filled_price fee number_of_fills filled_value total_fees total_value_after_fees trigger_status
    order_type reject_reason product_type reject_message cancel_message order_placement_source outstanding_hold_amount
    last_fill_time leverage margin_type`,
  boolean: 'pending_cancel size_in_quote size_inclusive_of_fees settled is_liquidation',
  list: 'edit_history',
  object: 'order_configuration',
};
const FILL: Shape = {
  string: `entry_id trade_id order_id trade_time trade_type price size commission product_id sequence_timestamp
    liquidity_indicator user_id side`,
  boolean: 'size_in_quote',
};
const TRADE: Shape = { string: 'trade_id product_id price size time side bid ask' };
const WALLET: Shape = {
  string: 'id name type created_at updated_at resource resource_path',
  boolean: 'primary allow_deposits allow_withdrawals',
  object: 'balance currency',
};

let bot: Bot;
beforeAll(async () => {
  bot = await startWithBot();
  await bot.place('shape');
});
afterAll(() => bot.simulator.close());

/** The fields that are missing or of another type. */
function differences(value: unknown, shape: Shape): string[] {
  return Object.entries(shape).flatMap(([kind, names]) =>
    names
      .split(/\s+/)
      .filter((name) => kindOf((value as Record<string, unknown>)[name]) !== kind)
      .map((name) => `${name} is no ${kind}`),
  );
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'list' : value === null ? 'null' : typeof value;
}

async function first(path: string, list: string): Promise<{ answer: Record<string, unknown>; row: unknown }> {
  const answer = (await bot.get(path)).json as unknown as Record<string, unknown>;
  return { answer, row: (answer[list] as unknown[])[0] };
}

describe('an answer has the fields and types of Coinbase’s', () => {
  it('in the list of orders', async () => {
    const { answer, row } = await first('/orders/historical/batch?order_status=FILLED', 'orders');
    expect(differences(answer, { string: 'sequence cursor', boolean: 'has_next', list: 'orders' })).toEqual([]);
    expect(differences(row, ORDER)).toEqual([]);
  });

  it('in the list of fills', async () => {
    const { answer, row } = await first('/orders/historical/fills', 'fills');
    expect(differences(answer, { string: 'cursor' })).toEqual([]);
    expect(differences(row, FILL)).toEqual([]);
  });

  it('in the list of trades', async () => {
    const { answer, row } = await first('/products/BTC-USD/ticker', 'trades');
    expect(differences(answer, { string: 'best_bid best_ask' })).toEqual([]);
    expect(differences(row, TRADE)).toEqual([]);
  });

  it('in the list of wallets', async () => {
    const token = await sign(bot.key, { uri: 'GET api.coinbase.com/v2/accounts' });
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${bot.simulator.url}/v2/accounts`, { headers });
    const { data, pagination } = (await response.json()) as { data: unknown[]; pagination: unknown };
    expect(differences(pagination, { string: 'limit order' })).toEqual([]);
    expect(differences(data[0], WALLET)).toEqual([]);
  });
});
