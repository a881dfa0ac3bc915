/** The orders of a client: the request, what the exchange does with it, and what the bot does meanwhile. */
import type { OrderConfiguration } from '../../src/domain/order/order-configuration.ts';
import type { OrderRequest } from '../../src/domain/order/order-request.ts';
import type { OrderPolicy } from '../../src/domain/order/policy.ts';
import type { FaultAction, FaultRule, OrderPlan } from '../../src/simulator/index.ts';
import { Random } from './random.ts';
import { ORDER_SCENARIOS, USUAL_SCENARIOS, type BotAct, type OrderScenario } from './order-scenarios.ts';

export interface TortureOrder {
  scenario: string;
  request: OrderRequest;
  plan: OrderPlan;
  /** Faults of this order alone. */
  faults: FaultRule[];
  botActs: BotAct[];
}

/**
 * `usual`: what bots usually trade, with the default policy; each asks whether it may trade, and waits for its
 * release. `all`: every kind, with policies and calls of every kind.
 */
export const ORDER_MIXES = ['usual', 'all'] as const;
export type OrderMix = (typeof ORDER_MIXES)[number];

interface Mixed {
  scenarios: readonly OrderScenario[];
  policyOf(random: Random): Partial<OrderPolicy>;
  /** Besides those of the scenario. */
  botActs(random: Random): readonly BotAct[];
}

const PRODUCTS = ['BTC-USD', 'ETH-USD', 'SOL-USD', 'BTC-USDC', 'ETH-USDC'];
const BOTS = 12;

/** One order after the other, the same for the same seed; a client that was killed continues after those that it has placed. */
export function* tortureOrders(
  { seed, client, run, mix }: { seed: number; client: number; run: string; mix: OrderMix },
  placed: number,
): Generator<TortureOrder, never> {
  const { scenarios, policyOf, botActs } = MIXES[mix];
  for (let number = placed + 1; ; number += 1) {
    const random = new Random(seed, `order ${number} of client ${client}`);
    const scenario = random.weighted(scenarios);
    const side = random.pick(['BUY', 'SELL'] as const);
    const clientOrderId = `${run}-${client}-${String(number).padStart(5, '0')}`;
    yield {
      scenario: scenario.name,
      request: {
        clientOrderId,
        botId: `bot-${random.between(1, BOTS)}`,
        productId: random.pick(PRODUCTS),
        side,
        orderConfiguration: configurationOf(scenario, side, random),
        policy: { ...policyOf(random), ...scenario.policy },
      },
      plan: scenario.plan(random),
      faults: faultsOf(scenario, clientOrderId, random),
      botActs: [...(scenario.botActs?.(random) ?? []), ...botActs(random)],
    };
  }
}

/** Mostly a shorter immediate check than by default, so that many orders leave it within the run. */
function anyPolicy(random: Random): Partial<OrderPolicy> {
  return {
    // Long enough for a busy machine: an order that is not placed in time tests nothing.
    placeForMs: random.pick([30_000, 60_000]),
    immediateCheckAttempts: random.pick([2, 4, 10]),
    monitorIntervalMs: random.pick([500, 1_000, 2_000]),
    monitorForMs: 60_000,
  };
}

function configurationOf({ kind }: OrderScenario, side: 'BUY' | 'SELL', random: Random): OrderConfiguration {
  // Depending on the product, this is worth between a cent and a few hundred dollars.
  const base_size = `0.0${random.between(1, 9)}`;
  switch (kind) {
    case 'market':
      return random.happens(0.5) && side === 'BUY'
        ? { market_market_ioc: { quote_size: `${random.between(5, 90)}.${random.between(10, 99)}` } }
        : { market_market_ioc: { base_size } };
    case 'limit':
      return { limit_limit_gtc: { base_size, limit_price: '100.00', post_only: false } };
    case 'limit-till': {
      const end_time = new Date(Date.now() + 3_600_000).toISOString();
      return { limit_limit_gtd: { base_size, limit_price: '100.00', end_time, post_only: false } };
    }
  }
}

/** One order in twelve is not shown by the exchange for up to 30 s, as happens at Coinbase right after placing. */
function faultsOf(scenario: OrderScenario, clientOrderId: string, random: Random): FaultRule[] {
  const rule = (action: FaultAction, match: FaultRule['match'] = {}): FaultRule => ({
    match: { clientOrderId, ...match },
    do: action,
  });
  const ofScenario = (scenario.postFaults ?? []).map((action) => rule(action, { endpoint: 'createOrder' }));
  return random.happens(1 / 12) ? [...ofScenario, rule({ kind: 'lag', ms: random.between(500, 30_000) })] : ofScenario;
}

const USUAL_ACTS: readonly BotAct[] = [
  { do: 'can-trade', afterMs: 0, waits: false },
  { do: 'wait-for-release', afterMs: 0, waits: true },
];

/** What any bot may do with any order: place it twice, place something else under its id, sync, cancel or resolve it. */
function furtherActs(random: Random): BotAct[] {
  const acts: BotAct[] = [];
  const perhaps = (probability: number, name: BotAct['do'], afterMs: number): void => {
    if (random.happens(probability)) acts.push({ do: name, afterMs, waits: random.happens(0.7) });
  };
  perhaps(0.08, 'place', random.pick([0, 50, 3_000, 20_000]));
  perhaps(0.04, 'place-other', random.pick([0, 0, 20, 5_000]));
  perhaps(0.03, 'sync', random.between(0, 15_000));
  perhaps(0.03, 'signal-sync', random.between(0, 15_000));
  perhaps(0.04, 'cancel', random.between(0, 10_000));
  perhaps(0.03, 'resolve', random.between(0, 40_000));
  perhaps(0.04, 'wait-for-release', 0);
  for (let reads = 0; reads < 3; reads += 1) perhaps(0.4, 'read', random.between(0, 20_000));
  for (let asks = 0; asks < 2; asks += 1) perhaps(0.4, 'can-trade', random.between(0, 10_000));
  return acts;
}

const MIXES: Record<OrderMix, Mixed> = {
  usual: { scenarios: USUAL_SCENARIOS, policyOf: () => ({}), botActs: () => USUAL_ACTS },
  all: { scenarios: ORDER_SCENARIOS, policyOf: anyPolicy, botActs: furtherActs },
};
