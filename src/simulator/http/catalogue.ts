/** Products, accounts, the key's permissions and the time. */
import type { Balance } from '../core/account.ts';
import { text } from '../core/decimal.ts';
import { NotFound } from '../core/errors.ts';
import type { Exchange } from '../core/exchange.ts';
import type { Product } from '../core/products.ts';
import { PRODUCTS } from '../core/products.ts';
import type { ApiAnswer, ApiCall, ApiContext } from './api.ts';
import { ok } from './api.ts';
import { PORTFOLIO_ID } from './order-view.ts';

/** GET /products. */
export function listProducts(_call: ApiCall, { exchange }: ApiContext): ApiAnswer {
  const products = [...PRODUCTS.values()].map((product) => productView(product, exchange));
  return ok({ products, num_products: products.length });
}

/** GET /products/{product_id}. */
export function getProduct({ id }: ApiCall, { exchange }: ApiContext): ApiAnswer {
  return ok(productView(exchange.product(id), exchange));
}

/** GET /accounts, all on one page. */
export function listAccounts(_call: ApiCall, { exchange }: ApiContext): ApiAnswer {
  const accounts = exchange.account.balances().map(accountView);
  return ok({ accounts, has_next: false, cursor: '', size: accounts.length });
}

/** GET /accounts/{account_uuid}. */
export function getAccount({ id }: ApiCall, { exchange }: ApiContext): ApiAnswer {
  const balances = exchange.account.balances();
  const index = balances.findIndex((_, place) => accountId(place) === id);
  const balance = balances[index];
  if (!balance) throw new NotFound('account was not found');
  return ok({ account: accountView(balance, index) });
}

/** GET /key_permissions. */
export function getKeyPermissions({ canTrade }: ApiCall): ApiAnswer {
  return ok({
    can_view: true,
    can_trade: canTrade,
    can_transfer: false,
    portfolio_uuid: PORTFOLIO_ID,
    portfolio_type: 'DEFAULT',
  });
}

/** GET /time, which needs no key. */
export function getTime(_call: ApiCall, { now }: ApiContext): ApiAnswer {
  const unixMs = now();
  return ok({
    iso: new Date(unixMs).toISOString(),
    epochSeconds: String(Math.floor(unixMs / 1000)),
    epochMillis: String(unixMs),
  });
}

function productView(product: Product, exchange: Exchange): object {
  const isAlias = product.book !== product.productId;
  return {
    product_id: product.productId,
    price: text(exchange.market.price(product)),
    price_percentage_change_24h: '0',
    volume_24h: '0',
    volume_percentage_change_24h: '0',
    base_increment: text(product.baseIncrement),
    quote_increment: text(product.quoteIncrement),
    quote_min_size: text(product.quoteMinSize),
    quote_max_size: '150000000',
    base_min_size: text(product.baseMinSize),
    base_max_size: '1000000',
    base_name: product.baseCurrency,
    quote_name: product.quoteCurrency,
    watched: false,
    is_disabled: false,
    new: false,
    status: 'online',
    cancel_only: false,
    limit_only: false,
    post_only: false,
    trading_disabled: false,
    auction_mode: false,
    product_type: 'SPOT',
    quote_currency_id: product.quoteCurrency,
    base_currency_id: product.baseCurrency,
    mid_market_price: '',
    alias: isAlias ? product.book : '',
    alias_to: [],
    base_display_symbol: product.baseCurrency,
    quote_display_symbol: product.quoteCurrency,
    view_only: false,
    price_increment: text(product.priceIncrement),
    display_name: product.productId,
    product_venue: 'CBE',
  };
}

export function accountId(index: number): string {
  return `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
}

function accountView({ currency, available, hold }: Balance, index: number): object {
  return {
    uuid: accountId(index),
    name: `${currency} Wallet`,
    currency,
    available_balance: { value: text(available), currency },
    default: index === 0,
    active: true,
    created_at: '2024-01-01T00:00:00Z',
    updated_at: '2024-01-01T00:00:00Z',
    deleted_at: null,
    type: currency.startsWith('USD') ? 'ACCOUNT_TYPE_FIAT' : 'ACCOUNT_TYPE_CRYPTO',
    ready: true,
    hold: { value: text(hold), currency },
    retail_portfolio_id: PORTFOLIO_ID,
    platform: 'ACCOUNT_PLATFORM_CONSUMER',
  };
}
