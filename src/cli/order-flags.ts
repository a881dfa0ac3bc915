/** Makes an order request of the options of `place`, and reports each wrong one by its own name. */
import { isRecord, type FieldError } from '../domain/field-error.ts';
import { checkOrderRequest, type CheckedRequest, type OrderRequest } from '../domain/order/order-request.ts';
import { UsageError } from './failure.ts';

export interface OrderFlags {
  clientOrderId: string;
  bot?: string;
  product?: string;
  side?: string;
  quoteSize?: string;
  baseSize?: string;
  limitPrice?: string;
  timeInForce?: TimeInForce;
  endTime?: string;
  /** An `order_configuration` as JSON, instead of the five before. */
  config?: string;
  /** `name=value`, a policy setting each. */
  policy?: string[];
}

export const TIMES_IN_FORCE = ['gtc', 'ioc', 'fok', 'gtd'] as const;
export type TimeInForce = (typeof TIMES_IN_FORCE)[number];

const MARKET: Partial<Record<TimeInForce, string>> = { ioc: 'market_market_ioc', fok: 'market_market_fok' };
const LIMIT: Record<TimeInForce, string> = {
  gtc: 'limit_limit_gtc',
  ioc: 'sor_limit_ioc',
  fok: 'limit_limit_fok',
  gtd: 'limit_limit_gtd',
};
const SHAPE_FLAGS = ['quoteSize', 'baseSize', 'limitPrice', 'timeInForce', 'endTime'] as const;
const FLAG_OF: Readonly<Record<string, string>> = {
  clientOrderId: '--client-order-id',
  botId: '--bot',
  productId: '--product',
  side: '--side',
};

/** Throws UsageError, which names each wrong option. */
export function readOrderRequest(flags: OrderFlags): OrderRequest {
  const mistakes: string[] = [];
  const request = {
    clientOrderId: flags.clientOrderId,
    botId: flags.bot,
    productId: flags.product,
    side: flags.side?.toUpperCase(),
    orderConfiguration: orderConfiguration(flags, mistakes),
    policy: policy(flags.policy ?? [], mistakes),
  };
  const checked = checkOrderRequest(request);
  // A configuration that could not be made was reported already, by the options that it is made of.
  const wrong = fieldErrors(checked).filter(({ field }) => field !== 'orderConfiguration' || mistakes.length === 0);
  mistakes.push(...wrong.map((error) => asMistake(error, flags)));
  if (checked.kind !== 'complete' || mistakes.length > 0) throw new UsageError(mistakes);
  return checked.given as OrderRequest;
}

function fieldErrors(checked: CheckedRequest): readonly FieldError[] {
  switch (checked.kind) {
    case 'malformed':
      return checked.errors;
    case 'incomplete':
      return checked.missing;
    case 'complete':
      return [];
  }
}

function orderConfiguration(flags: OrderFlags, mistakes: string[]): unknown {
  if (flags.config !== undefined) return givenConfiguration(flags.config, flags, mistakes);
  const { timeInForce = flags.limitPrice === undefined ? 'ioc' : 'gtc' } = flags;
  const kind = flags.limitPrice === undefined ? MARKET[timeInForce] : LIMIT[timeInForce];
  if (kind === undefined) {
    mistakes.push(`--limit-price: is required with --time-in-force ${timeInForce}`);
    return undefined;
  }
  if (flags.endTime !== undefined && timeInForce !== 'gtd') {
    mistakes.push('--end-time: needs --time-in-force gtd');
    return undefined;
  }
  const body = {
    quote_size: flags.quoteSize,
    base_size: flags.baseSize,
    limit_price: flags.limitPrice,
    end_time: flags.endTime,
  };
  return { [kind]: Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) };
}

function givenConfiguration(config: string, flags: OrderFlags, mistakes: string[]): unknown {
  const others = SHAPE_FLAGS.filter((name) => flags[name] !== undefined).map((name) => `--${kebab(name)}`);
  if (others.length > 0) mistakes.push(`--config: is the whole configuration; leave out ${others.join(', ')}`);
  try {
    const value: unknown = JSON.parse(config);
    if (isRecord(value)) return value;
  } catch {
    // Reported below.
  }
  mistakes.push(`--config: must be a JSON object such as '{"market_market_ioc":{"quote_size":"10.00"}}'`);
  return undefined;
}

function policy(settings: readonly string[], mistakes: string[]): Record<string, number> {
  const entries = settings.flatMap((setting): [string, number][] => {
    const [, name, value] = /^(\w+)=(\d+)$/.exec(setting) ?? [];
    if (name !== undefined && value !== undefined) return [[name, Number(value)]];
    mistakes.push(`--policy: must be name=milliseconds such as placeForMs=5000, not ${JSON.stringify(setting)}`);
    return [];
  });
  return Object.fromEntries(entries);
}

function asMistake({ field, message }: FieldError, flags: OrderFlags): string {
  const words = flags.config === undefined ? message.replace(/\b(quote|base)_size\b/g, '--$1-size') : message;
  return `${flagOf(field, flags)}: ${words}`;
}

function flagOf(field: string, { config }: OrderFlags): string {
  if (field.startsWith('policy.')) return `--policy ${field.slice('policy.'.length)}`;
  if (!field.startsWith('orderConfiguration')) return FLAG_OF[field] ?? field;
  if (config !== undefined) return `--config ${field.slice('orderConfiguration.'.length)}`.trimEnd();
  return `--${kebab(field.split('.').at(-1) ?? field)}`;
}

function kebab(name: string): string {
  return name.replaceAll('_', '-').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
