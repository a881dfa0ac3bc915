/** The one portfolio: its positions, and the fees of its trades. */
import type { Balance } from '../core/account.ts';
import { decimal, text, ZERO, type Decimal } from '../core/decimal.ts';
import { NotFound } from '../core/errors.ts';
import type { Exchange } from '../core/exchange.ts';
import { PRODUCTS } from '../core/products.ts';
import type { ApiAnswer, ApiCall, ApiContext } from './api.ts';
import { ok } from './api.ts';
import { accountId } from './catalogue.ts';
import { PORTFOLIO_ID } from './order-view.ts';

const PORTFOLIO = { name: 'Default', uuid: PORTFOLIO_ID, type: 'DEFAULT', deleted: false };
const CURRENCY = 'USD';

/** GET /portfolios. */
export function listPortfolios(): ApiAnswer {
  return ok({ portfolios: [PORTFOLIO] });
}

/** GET /portfolios/{portfolio_uuid}. Coinbase gives positions as numbers, not as strings. */
export function getPortfolio({ id }: ApiCall, { exchange }: ApiContext): ApiAnswer {
  if (id !== PORTFOLIO_ID) throw new NotFound('portfolio was not found');
  const balances = exchange.account.balances();
  const total = sum(balances.map((balance) => worthOf(balance, exchange)));
  const cash = sum(balances.filter(isCash).map((balance) => worthOf(balance, exchange)));
  return ok({
    breakdown: {
      portfolio: PORTFOLIO,
      portfolio_balances: {
        total_balance: amount(total),
        total_futures_balance: amount(ZERO),
        total_cash_equivalent_balance: amount(cash),
        total_crypto_balance: amount(total.minus(cash)),
        futures_unrealized_pnl: amount(ZERO),
        perp_unrealized_pnl: amount(ZERO),
      },
      spot_positions: balances.map((balance, index) => positionView(balance, index, { exchange, total })),
      perp_positions: [],
      futures_positions: [],
    },
  });
}

/** GET /transaction_summary: all trades since the exchange was started, at the fee rates that it was given. */
export function getTransactionSummary(_call: ApiCall, { exchange }: ApiContext): ApiAnswer {
  const orders = exchange.store.orders();
  const volume = sum(orders.map(({ filledValue }) => filledValue)).toNumber();
  const fees = sum(orders.map(({ totalFees }) => totalFees)).toNumber();
  return ok({
    total_volume: volume,
    total_fees: fees,
    fee_tier: {
      pricing_tier: 'Advanced 1',
      usd_from: '0',
      usd_to: '',
      taker_fee_rate: text(exchange.fees.taker),
      maker_fee_rate: text(exchange.fees.maker),
      aop_from: '',
      aop_to: '',
    },
    margin_rate: null,
    goods_and_services_tax: null,
    advanced_trade_only_volume: volume,
    advanced_trade_only_fees: fees,
    coinbase_pro_volume: 0,
    coinbase_pro_fees: 0,
    total_balance: '',
    has_promo_fee: false,
  });
}

function positionView(
  balance: Balance,
  index: number,
  { exchange, total }: { exchange: Exchange; total: Decimal },
): object {
  const worth = worthOf(balance, exchange);
  const owned = balance.available.plus(balance.hold);
  return {
    asset: balance.currency,
    account_uuid: accountId(index),
    total_balance_fiat: worth.toNumber(),
    total_balance_crypto: owned.toNumber(),
    available_to_trade_fiat: owned.eq(0) ? 0 : worth.times(balance.available).div(owned).toNumber(),
    available_to_trade_crypto: balance.available.toNumber(),
    allocation: total.eq(0) ? 0 : worth.div(total).toNumber(),
    cost_basis: amount(ZERO),
    asset_img_url: '',
    is_cash: isCash(balance),
    average_entry_price: amount(ZERO),
    asset_uuid: '',
    unrealized_pnl: 0,
  };
}

function worthOf({ currency, available, hold }: Balance, exchange: Exchange): Decimal {
  const product = PRODUCTS.get(`${currency}-${CURRENCY}`);
  return available.plus(hold).times(product ? exchange.market.price(product) : decimal('1'));
}

function isCash({ currency }: Balance): boolean {
  return currency.startsWith(CURRENCY);
}

function amount(value: Decimal): object {
  return { value: text(value), currency: CURRENCY };
}

function sum(values: readonly Decimal[]): Decimal {
  return values.reduce((total, value) => total.plus(value), ZERO);
}
