/** What a life is to be like, apart from what goes wrong on the way: the order, what becomes of it, and what people wish. */
import type { OrderConfiguration } from '../../src/domain/order/order-configuration.ts';
import type { OrderPolicy } from '../../src/domain/order/policy.ts';
import type { NewOrder } from '../../src/ports/exchange.ts';
import type { Chance } from './chance.ts';

export type OrderStep = { atMs: number } & (
  | { what: 'status'; status: string }
  | { what: 'fill'; tenths: number; listedAfterMs: number }
  | { what: 'reverse'; listedAfterMs: number }
  | { what: 'end'; status: string }
);

export type WishKind =
  'cancelOrder' | 'manualSync' | 'resolveOrder' | 'cancel the workflow' | 'terminate' | 'start again' | 'start another';

export interface Wish {
  atMs: number;
  what: WishKind;
}

export interface Scenario {
  clientOrderId: string;
  newOrder: NewOrder;
  policy: OrderPolicy;
  /** Until then things go wrong. */
  faultsEndMs: number;
  /** From so many events of its history on a run is told that it is long. */
  longHistoryEvents: number;
  /** The client order id stands for an order of another day. */
  used: boolean;
  /** The exchange takes no such order. */
  refusal: string | null;
  firstStatus: string;
  /** Counted from the moment at which the exchange has the order. */
  steps: OrderStep[];
  wishes: Wish[];
}

const WISHES: [WishKind, number][] = [
  ['cancelOrder', 0.2],
  ['manualSync', 0.15],
  ['resolveOrder', 0.1],
  ['cancel the workflow', 0.04],
  ['terminate', 0.06],
  ['start again', 0.08],
  ['start another', 0.04],
];

/** From so many on the server suggests to continue as new, by default. */
export const LONG_HISTORY_EVENTS = 4_096;
const MARKET: OrderConfiguration = { market_market_ioc: { base_size: '1' } };
export const RESTING: OrderConfiguration = { limit_limit_gtc: { base_size: '1', limit_price: '100' } };

/** What each simulated bot asks for. */
export function anOrder(orderConfiguration: OrderConfiguration): Pick<Scenario, 'clientOrderId' | 'newOrder'> {
  const clientOrderId = 'bot7-1';
  return { clientOrderId, newOrder: { clientOrderId, productId: 'BTC-USD', side: 'BUY', orderConfiguration } };
}

export function drawScenario(chance: Chance): Scenario {
  const isMarket = chance.draw('kind') < 0.6;
  const faultsEndMs = chance.pick('faults end', [300, 1_500, 4_000, 15_000]);
  return {
    ...anOrder(isMarket ? MARKET : RESTING),
    policy: {
      placeForMs: chance.pick('placeForMs', [1_000, 2_000, 6_000]),
      immediateCheckAttempts: chance.pick('looks', [1, 2, 4]),
      immediateCheckIntervalMs: chance.pick('look every', [100, 500]),
      monitorIntervalMs: chance.pick('monitor every', [500, 2_000]),
      monitorForMs: chance.pick('monitor for', [1_000, 5_000, 20_000]),
    },
    faultsEndMs,
    longHistoryEvents: LONG_HISTORY_EVENTS,
    used: chance.fault('the client order id is used', 0.02),
    refusal: chance.fault('the exchange refuses the order', 0.04) ? 'INSUFFICIENT_FUND' : null,
    firstStatus: chance.fault('the order is pending at first', 0.15) ? 'PENDING' : 'OPEN',
    steps: drawSteps(chance, isMarket),
    wishes: WISHES.flatMap(([what, probability]) => {
      const atMs = chance.between(what, 0, chance.pick('when', [200, 2_000, faultsEndMs]));
      return chance.fault(`wish: ${what}`, probability) ? [{ atMs, what }] : [];
    }),
  };
}

function drawSteps(chance: Chance, isMarket: boolean): OrderStep[] {
  const isSlow = chance.fault('the order takes its time', isMarket ? 0.1 : 0.5);
  const hangs = isSlow && chance.fault('the order hangs', 0.02);
  const endMs = hangs ? 120_000 : isSlow ? chance.between('slow end', 1_000, 12_000) : chance.between('end', 0, 300);
  const listedAfterMs = chance.fault('fills are listed late', 0.15) ? chance.between('listed', 200, 6_000) : 0;
  const steps: OrderStep[] = [{ atMs: Math.min(endMs, 250), what: 'status', status: 'OPEN' }];
  if (chance.fault('the status is unknown for a while', 0.04)) {
    steps.push({ atMs: Math.floor(endMs / 2), what: 'status', status: 'IN_LIMBO' });
  }
  for (const part of [0.3, 0.6]) {
    if (!chance.fault('a partial fill', 0.25)) continue;
    steps.push({ atMs: Math.floor(endMs * part), what: 'fill', tenths: chance.between('tenths', 1, 4), listedAfterMs });
  }
  const end = chance.fault('the order is not filled', isMarket ? 0.15 : 0.4)
    ? ({ what: 'end', status: chance.pick('end as', ['CANCELLED', 'EXPIRED', 'FAILED']) } as const)
    : ({ what: 'fill', tenths: 10, listedAfterMs } as const);
  steps.push({ atMs: endMs, ...end });
  if (chance.fault('a fill is taken back', 0.05)) {
    steps.push({ atMs: chance.between('taken back', 0, Math.min(endMs * 2, 20_000)), what: 'reverse', listedAfterMs });
  }
  return steps;
}
