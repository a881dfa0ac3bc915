/** The part of Coinbase's older interface under /v2 that clients of Advanced Trade use: currencies, exchange rates, and wallets. */
import { decimal, text } from '../core/decimal.ts';
import { PRODUCTS } from '../core/products.ts';
import type { ApiAnswer, ApiCall, ApiContext } from './api.ts';
import { ok } from './api.ts';
import { accountId } from './catalogue.ts';

const FIAT = [{ id: 'USD', name: 'United States Dollar', min_size: '0.01' }];
const NAMES: Readonly<Record<string, string>> = {
  BTC: 'Bitcoin',
  ETH: 'Ethereum',
  SOL: 'Solana',
  LTC: 'Litecoin',
  LINK: 'Chainlink',
  DOGE: 'Dogecoin',
  USDC: 'USDC',
};

function isFiat(currency: string): boolean {
  return FIAT.some(({ id }) => id === currency);
}

/** GET /v2/currencies: the fiat currencies. */
export function listCurrencies(): ApiAnswer {
  return ok({ data: FIAT });
}

/** GET /v2/currencies/crypto. */
export function listCryptoCurrencies(): ApiAnswer {
  const data = Object.entries(NAMES).map(([code, name], index) => ({
    asset_id: `00000000-0000-4000-9000-${String(index).padStart(12, '0')}`,
    code,
    name,
    color: '#0052FF',
    sort_index: 100 + index,
    exponent: code === 'USDC' ? 6 : 8,
    type: 'crypto',
    address_regex: '',
  }));
  return ok({ data });
}

/** GET /v2/accounts, all on one page. Its balances include what open orders hold. */
export function listWallets(_call: ApiCall, { exchange }: ApiContext): ApiAnswer {
  const data = exchange.account.balances().map(({ currency, available, hold }, index) => ({
    id: accountId(index),
    name: `${currency} Wallet`,
    primary: true,
    type: isFiat(currency) ? 'fiat' : 'wallet',
    balance: { amount: text(available.plus(hold)), currency },
    created_at: '2024-01-01T00:00:00Z',
    updated_at: '2024-01-01T00:00:00Z',
    resource: 'account',
    resource_path: `/v2/accounts/${accountId(index)}`,
    currency: { code: currency, name: NAMES[currency] ?? currency, type: isFiat(currency) ? 'fiat' : 'crypto' },
    allow_deposits: true,
    allow_withdrawals: true,
  }));
  const nowhere = { next_uri: null, next_starting_after: null, previous_uri: null, starting_after: null };
  return ok({ data, pagination: { ...nowhere, limit: String(data.length), order: 'desc' } });
}

/** GET /v2/exchange-rates: the value of a dollar in each currency. */
export function getExchangeRates(_call: ApiCall, { exchange }: ApiContext): ApiAnswer {
  const one = decimal('1');
  const crypto = [...PRODUCTS.values()]
    .filter(({ quoteCurrency }) => quoteCurrency === 'USD')
    .map((product) => [product.baseCurrency, text(one.div(exchange.market.price(product)).round(16))]);
  return ok({ data: { currency: 'USD', rates: { USD: '1.0', USDC: '1.0', ...Object.fromEntries(crypto) } } });
}

/** GET /v2/time. */
export function getOlderTime(_call: ApiCall, { now }: ApiContext): ApiAnswer {
  const unixMs = now();
  return ok({ data: { iso: new Date(unixMs).toISOString(), epoch: Math.floor(unixMs / 1000) } });
}
