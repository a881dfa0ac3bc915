/** Times, ages and sizes as a person reads them. */
import { configurationKey, type OrderConfiguration } from '../../../domain/order/order-configuration.ts';
import type { Trade } from '../../../domain/order/trade.ts';
import { html, type Html } from '../html.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `42 s`, `7 min`, `3 h 05 min`, `12 d 4 h`: as exact as matters at that length. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < MINUTE) return `${whole} s`;
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)} min`;
  const minutes = String(Math.floor((whole % HOUR) / MINUTE)).padStart(2, '0');
  if (whole < DAY) return `${Math.floor(whole / HOUR)} h ${minutes} min`;
  return `${Math.floor(whole / DAY)} d ${Math.floor((whole % DAY) / HOUR)} h`;
}

/** How long ago, by our clock; another clock's time may lie in the future by a little. */
export function ago(time: string, nowMs: number): string {
  return `${duration((nowMs - Date.parse(time)) / 1_000)} ago`;
}

/** The time of day of today, the day and the time of any other, in UTC; the whole of it for machines and in the tooltip. */
export function moment(time: string, nowMs: number): Html {
  const iso = new Date(time).toISOString();
  const isToday = iso.slice(0, 10) === new Date(nowMs).toISOString().slice(0, 10);
  const shown = isToday ? iso.slice(11, 19) : `${iso.slice(0, 10)} ${iso.slice(11, 16)}`;
  return html`<time datetime="${time}" title="${time}">${shown}</time>`;
}

/** `Buy 10.00 USD of BTC-USD at market`, `Sell 0.002 BTC-USD at 50000.00, limit GTC` */
export function orderInWords({ side, productId, orderConfiguration }: Trade): string {
  const verb = side === 'BUY' ? 'Buy' : 'Sell';
  return `${verb} ${sizeOf(orderConfiguration, productId)} ${priceOf(orderConfiguration)}`;
}

function sizeOf(configuration: OrderConfiguration, productId: string): string {
  const { quote_size: quote, base_size: base } = fieldsOf(configuration);
  const [, quoteCurrency = 'quote'] = productId.split('-');
  if (typeof quote === 'string') return `${quote} ${quoteCurrency} of ${productId}`;
  return typeof base === 'string' ? `${base} ${productId}` : productId;
}

function priceOf(configuration: OrderConfiguration): string {
  const { limit_price: limit, stop_price: stop, stop_trigger_price: trigger } = fieldsOf(configuration);
  const kind = kindOf(configuration);
  const stopAt = stop ?? trigger;
  if (typeof limit !== 'string') return kind === 'market IOC' ? 'at market' : `as ${kind}`;
  return `at ${limit}${typeof stopAt === 'string' ? ` once ${stopAt} is met` : ''}, ${kind}`;
}

/** `limit_limit_gtc` is `limit GTC`. */
function kindOf(configuration: OrderConfiguration): string {
  const words = (configurationKey(configuration) ?? 'unknown').split('_');
  const kept = words.filter((word, index) => word !== 'sor' && word !== words[index - 1]);
  return kept.map((word) => (/^(gtc|gtd|ioc|fok)$/.test(word) ? word.toUpperCase() : word)).join(' ');
}

function fieldsOf(configuration: OrderConfiguration): Record<string, unknown> {
  return configuration[configurationKey(configuration) ?? ''] ?? {};
}
