/** The baseline's own writes: one statement for each change of an order, with its event, as the engine's tables have them. */
import { snakeKeys } from '../../src/domain/names.ts';
import type { ExchangeOrder, Fill } from '../../src/domain/order/exchange-order.ts';
import type { OrderRequest } from '../../src/domain/order/order-request.ts';
import { withDefaults } from '../../src/domain/order/policy.ts';
import type { TradeStatus } from '../../src/domain/order/trade.ts';
import type { Sql } from '../world.ts';

const EVENT = 'order_events (client_order_id, from_status, to_status, state, cause, source)';

export class PlainRows {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  async insertIntent({ clientOrderId, botId, productId, side, ...order }: OrderRequest): Promise<void> {
    const policy = snakeKeys(withDefaults(order.policy));
    await this.#sql.query(
      `with written as (
         insert into trades (client_order_id, bot_id, product_id, side, order_configuration, policy, status, post_attempts)
         values (?, ?, ?, ?, ?, ?, 'placing', 1) returning client_order_id
       )
       insert into ${EVENT} select client_order_id, null, 'placing', 'placed', 'intent', 'bot' from written`,
      [clientOrderId, botId, productId, side, JSON.stringify(order.orderConfiguration), JSON.stringify(policy)],
    );
  }

  async accept(clientOrderId: string, orderId: string): Promise<void> {
    await this.#sql.query(
      `with written as (
         update trades set order_id = ?, status = 'pending', updated_at = clock_timestamp()
         where client_order_id = ? returning client_order_id
       )
       insert into ${EVENT} select client_order_id, 'placing', 'pending', 'monitoring', 'accepted', 'post' from written`,
      [orderId, clientOrderId],
    );
  }

  async end(clientOrderId: string, order: ExchangeOrder, status: TradeStatus): Promise<void> {
    const { filledSize, averageFilledPrice, filledValue, totalFees, lastFillTime } = order;
    const state = status === 'completed' ? 'completed' : 'closed';
    await this.#sql.query(
      `with written as (
         update trades set status = ?, filled_size = ?, average_filled_price = ?, filled_value = ?, total_fees = ?,
           filled_at = ?, fill_detected_at = clock_timestamp(), detected_by = 'monitoring', updated_at = clock_timestamp()
         where client_order_id = ? returning client_order_id
       )
       insert into ${EVENT} select client_order_id, 'pending', ?, ?, 'observed', 'look' from written`,
      [status, filledSize, averageFilledPrice, filledValue, totalFees, lastFillTime, clientOrderId, status, state],
    );
  }

  async saveFills(fills: readonly Fill[]): Promise<void> {
    if (fills.length === 0) return;
    const row = '(?, ?, ?, ?, ?, ?, ?, ?, ?)';
    await this.#sql.query(
      `insert into fills (entry_id, trade_id, order_id, trade_time, trade_type, price, size, size_in_quote, commission)
       values ${fills.map(() => row).join(', ')} on conflict (entry_id) do nothing`,
      fills.flatMap(({ entryId, tradeId, orderId, tradeTime, tradeType, price, size, sizeInQuote, commission }) => {
        return [entryId, tradeId, orderId, tradeTime, tradeType, price, size, sizeInQuote, commission];
      }),
    );
  }

  /** The exchange's id of an order that was accepted before. */
  async orderIdOf(clientOrderId: string): Promise<string | null> {
    const [row] = await this.#sql.query<{ order_id: string | null }>(
      'select order_id from trades where client_order_id = ?',
      [clientOrderId],
    );
    return row?.order_id ?? null;
  }
}
