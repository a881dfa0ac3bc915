/** Faults between engine and exchange: some all the time, and phases in which everything fails. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultAction, FaultMatch, FaultRule, PushFaultAction, Simulator } from '../../src/simulator/index.ts';
import { Random } from './random.ts';

type Endpoint = NonNullable<FaultMatch['endpoint']>;

const ENDPOINTS: readonly Endpoint[] = ['createOrder', 'cancelOrders', 'getOrder', 'listOrders', 'listFills'];

const html = (title: string): string => `<html><head><title>${title}</title></head><body>${title}</body></html>`;
const TOO_MANY: FaultAction = {
  kind: 'answer',
  when: 'before',
  status: 429,
  body: { errors: [{ id: 'rate_limit_exceeded', message: 'Too many requests' }] },
};
const TOO_MANY_HTML: FaultAction = {
  kind: 'answer',
  when: 'before',
  status: 429,
  body: html('Too Many Requests'),
  contentType: 'text/html',
};
const BAD_GATEWAY: FaultAction = {
  kind: 'answer',
  when: 'after',
  status: 502,
  body: html('Bad Gateway'),
  contentType: 'text/html',
};
const UNAVAILABLE: FaultAction = { kind: 'answer', when: 'before', status: 503, body: 'N/A' };
const UNAUTHORISED: FaultAction = { kind: 'answer', when: 'before', status: 401, body: 'Unauthorized' };

/** On every endpoint, with its probability. */
const EVERYWHERE: readonly (readonly [probability: number, action: FaultAction])[] = [
  [0.015, { kind: 'reset', when: 'before' }],
  [0.02, { kind: 'reset', when: 'after' }],
  [0.003, { kind: 'hang', when: 'before' }],
  [0.005, { kind: 'hang', when: 'after' }],
  [0.01, { kind: 'delay', when: 'before', ms: 1_500 }],
  [0.005, { kind: 'delay', when: 'before', ms: 12_000 }],
  [0.01, { kind: 'delay', when: 'after', ms: 2_500 }],
  [0.005, TOO_MANY],
  [0.003, TOO_MANY_HTML],
  [0.015, BAD_GATEWAY],
  [0.01, UNAVAILABLE],
  [0.002, UNAUTHORISED],
  [0.01, { kind: 'truncate' }],
];

/** In answers about orders and fills. None of them says wrongly that an order has ended. */
const CONTENT_FAULTS: readonly (readonly [probability: number, endpoint: Endpoint, action: FaultAction])[] = [
  [0.01, 'getOrder', { kind: 'patch', fields: { status: 'SOMETHING_NEW' } }],
  [0.01, 'getOrder', { kind: 'patch', fields: { status: '' } }],
  [
    0.02,
    'getOrder',
    { kind: 'patch', fields: { average_filled_price: '', filled_value: '', total_fees: '', last_fill_time: '' } },
  ],
  [0.01, 'getOrder', { kind: 'patch', fields: { filled_size: '', number_of_fills: '' } }],
  [0.01, 'getOrder', { kind: 'patch', fields: { filled_size: 'many' } }],
  [
    0.02,
    'getOrder',
    { kind: 'patch', fields: { brand_new_field: { nested: [1, 2, 3] }, reject_reason: 'A_NEW_REASON' } },
  ],
  [0.02, 'getOrder', { kind: 'omit' }],
  [0.05, 'listOrders', { kind: 'omit' }],
  [0.02, 'listOrders', { kind: 'patch', fields: { status: 'SOMETHING_NEW', filled_value: '' } }],
  [0.05, 'listOrders', { kind: 'repeat' }],
  [0.05, 'listFills', { kind: 'omit' }],
  [0.05, 'listFills', { kind: 'repeat' }],
  [0.02, 'listFills', { kind: 'patch', fields: { liquidity_indicator: 'A_NEW_ONE', trade_id: '' } }],
  [0.01, 'listFills', { kind: 'patch', fields: { price: '' } }],
];

/** On the messages of the WebSocket. */
const PUSHED: readonly (readonly [probability: number, channel: 'user' | 'heartbeats', action: PushFaultAction])[] = [
  [0.01, 'user', { kind: 'drop' }],
  [0.03, 'user', { kind: 'duplicate' }],
  [0.03, 'user', { kind: 'swap' }],
  [0.02, 'user', { kind: 'delay', ms: 1_500 }],
  [0.005, 'user', { kind: 'truncate' }],
  [0.01, 'heartbeats', { kind: 'close' }],
  [0.01, 'heartbeats', { kind: 'silence' }],
  [0.01, 'heartbeats', { kind: 'error' }],
];

/** In updates about an order. */
const PUSHED_OF_ORDERS: readonly (readonly [probability: number, action: PushFaultAction])[] = [
  [0.1, { kind: 'miss' }],
  [0.1, { kind: 'open-first' }],
  [0.1, { kind: 'filled-twice' }],
];

/** Faults of all requests for some seconds. */
const EPISODES: readonly (readonly FaultRule[])[] = [
  [{ match: {}, do: TOO_MANY }],
  [{ match: {}, do: UNAVAILABLE }],
  [{ match: { probability: 0.5 }, do: { kind: 'reset', when: 'after' } }],
  [
    { match: { endpoint: 'getOrder' }, do: { kind: 'omit' } },
    { match: { endpoint: 'listOrders' }, do: { kind: 'omit' } },
  ],
  [{ match: { endpoint: 'listFills' }, do: { kind: 'omit' } }],
  [{ match: {}, do: { kind: 'delay', when: 'after', ms: 1_500 } }],
  [{ match: { endpoint: 'createOrder', probability: 0.6 }, do: { kind: 'hang', when: 'after' } }],
  [{ match: { endpoint: 'getOrder', probability: 0.5 }, do: { kind: 'truncate' } }],
];

export function addStandingFaults({ faults, pushFaults }: Simulator): void {
  for (const endpoint of ENDPOINTS) {
    for (const [probability, action] of EVERYWHERE) faults.add({ match: { endpoint, probability }, do: action });
  }
  for (const [probability, endpoint, action] of CONTENT_FAULTS)
    faults.add({ match: { endpoint, probability }, do: action });
  for (const [probability, channel, action] of PUSHED) pushFaults.add({ match: { channel, probability }, do: action });
  for (const [probability, action] of PUSHED_OF_ORDERS) pushFaults.add({ match: { probability }, do: action });
  pushFaults.add({ match: { probability: 0.2 }, do: { kind: 'refuse', at: 'connect' } });
  pushFaults.add({ match: { probability: 0.1 }, do: { kind: 'refuse', at: 'subscribe' } });
}

/** Every 8 to 20 s everything fails for 1 to 6 s, until `stop`. */
export async function playEpisodes({ faults }: Simulator, seed: number, stop: AbortSignal): Promise<void> {
  const random = new Random(seed, 'episodes');
  while (!stop.aborted) {
    await sleep(random.between(8_000, 20_000), undefined, { signal: stop }).catch(() => undefined);
    if (stop.aborted) return;
    const forMs = random.between(1_000, 6_000);
    for (const rule of random.pick(EPISODES)) faults.add({ ...rule, match: { ...rule.match, forMs } });
  }
}

/** How often each kind of fault happened. */
export function faultCounts({ faults, pushFaults }: Simulator): Record<string, number> {
  const counts: Record<string, number> = {};
  const add = (name: string, hits: number): void => {
    if (hits > 0) counts[name] = (counts[name] ?? 0) + hits;
  };
  for (const { do: action, hits } of faults.list()) add(nameOf(action), hits);
  for (const { do: action, hits } of pushFaults.list()) add(`push: ${pushNameOf(action)}`, hits);
  return Object.fromEntries(Object.entries(counts).sort(([, a], [, b]) => b - a));
}

function pushNameOf(action: PushFaultAction): string {
  return action.kind === 'refuse' ? `refuse to ${action.at}` : action.kind;
}

function nameOf(action: FaultAction): string {
  switch (action.kind) {
    case 'answer': {
      const text = typeof action.body === 'string' ? action.body : '';
      return `HTTP ${action.status}${text.startsWith('<') ? ' (HTML)' : text === '' ? ' (JSON)' : ' (text)'}`;
    }
    case 'reset':
    case 'hang':
    case 'delay':
      return `${action.kind} ${action.when} the work`;
    case 'patch':
      return `patch ${Object.keys(action.fields).join(', ')}`;
    case 'refuse':
    case 'truncate':
    case 'lag':
    case 'omit':
    case 'repeat':
      return action.kind;
  }
}
