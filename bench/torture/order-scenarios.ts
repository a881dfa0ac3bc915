/** What can happen to a client's order, and how likely it is. */
import type { OrderPolicy } from '../../src/domain/order/policy.ts';
import type { FaultAction, OrderPlan } from '../../src/simulator/index.ts';
import type { Random } from './random.ts';

export type CallName =
  'place' | 'place-other' | 'cancel' | 'sync' | 'signal-sync' | 'resolve' | 'wait-for-release' | 'read' | 'can-trade';

/** What the bot does, and how long after it began to place the order. */
export interface BotAct {
  /** `place-other` requests another order under the same id, which must be refused. */
  do: CallName;
  afterMs: number;
  /** Waits until it knows that the order is placed. */
  waits: boolean;
}

export interface OrderScenario {
  name: string;
  weight: number;
  kind: 'market' | 'limit' | 'limit-till';
  plan(random: Random): OrderPlan;
  policy?: Partial<OrderPolicy>;
  /** A fault of each of its POSTs. */
  postFaults?: readonly FaultAction[];
  botActs?(random: Random): BotAct[];
}

const REFUSALS = ['INSUFFICIENT_FUND', 'INVALID_PRICE_PRECISION', 'UNKNOWN_FAILURE_REASON', 'ORDER_ENTRY_DISABLED'];
/** Becomes stale soon, so that it happens within a run of minutes. */
const SOON_STALE: Partial<OrderPolicy> = { immediateCheckAttempts: 2, monitorIntervalMs: 500, monitorForMs: 4_000 };

const ofKind =
  (kind: OrderScenario['kind']) =>
  (name: string, weight: number, plan: OrderScenario['plan'], more: Partial<OrderScenario> = {}): OrderScenario => ({
    name,
    weight,
    kind,
    plan,
    ...more,
  });
const market = ofKind('market');
const limit = ofKind('limit');
const cancelAfter =
  (least: number, most: number) =>
  (random: Random): BotAct[] => [{ do: 'cancel', afterMs: random.between(least, most), waits: true }];

export const ORDER_SCENARIOS: readonly OrderScenario[] = [
  market('fills at once', 36, () => ({ steps: [{ do: 'fill' }] })),
  market('fills late', 14, (random) => ({ steps: [{ do: 'fill', afterMs: random.between(100, 8_000) }] })),
  market('fills while monitored', 6, (random) => ({ steps: [{ do: 'fill', afterMs: random.between(8_000, 22_000) }] })),
  market(
    'goes stale, then fills',
    3,
    (random) => ({ steps: [{ do: 'fill', afterMs: random.between(9_000, 20_000) }] }),
    {
      policy: SOON_STALE,
    },
  ),
  market('fails at the exchange', 3, (random) => ({ steps: [{ do: 'fail', afterMs: random.between(0, 6_000) }] })),
  market('pending, queued, then fills', 3, (random) => ({
    initialStatus: random.pick(['PENDING', 'QUEUED']),
    steps: [
      { do: 'open', afterMs: random.between(300, 4_000) },
      { do: 'fill', afterMs: random.between(0, 4_000) },
    ],
  })),
  market('partly filled, then cancelled', 3, (random) => ({
    steps: [
      { do: 'fill', part: '0.4', afterMs: random.between(0, 3_000) },
      { do: 'cancel', afterMs: random.between(0, 6_000) },
    ],
  })),
  market('filled as it stands', 2, (random) => ({
    steps: [
      { do: 'fill', part: '0.7', afterMs: random.between(0, 3_000) },
      { do: 'complete', afterMs: random.between(0, 6_000) },
    ],
  })),
  market('refused', 4, (random) => ({ refuse: { code: random.pick(REFUSALS) } })),
  market('refused as malformed', 1, () => ({ refuse: { code: 'INVALID_ARGUMENT', httpStatus: 400 } })),
  market('never reaches the exchange', 0.7, () => ({}), {
    postFaults: [{ kind: 'reset', when: 'before' }],
    policy: { placeForMs: 6_000 },
  }),
  market('reaches the exchange after its window', 1, () => ({ steps: [{ do: 'fill', afterMs: 1_500 }] }), {
    postFaults: [{ kind: 'delay', when: 'before', ms: 9_000 }],
    policy: { placeForMs: 4_000 },
  }),
  market('forgotten while open', 0.7, () => ({ steps: [{ do: 'purge', afterMs: 6_000 }] }), {
    policy: SOON_STALE,
  }),
  market('forgotten after its fill', 0.5, (random) => ({
    steps: [
      { do: 'fill', afterMs: 4_000 },
      { do: 'purge', afterMs: random.between(0, 8_000) },
    ],
  })),
  limit('fills in parts', 9, (random) => ({
    steps: [
      { do: 'fill', part: '0.25', afterMs: random.between(200, 5_000) },
      { do: 'fill', part: '0.3', afterMs: random.between(200, 6_000) },
      { do: 'fill', afterMs: random.between(200, 8_000) },
    ],
  })),
  limit('partly filled, then corrected', 2, (random) => ({
    steps: [
      { do: 'fill', part: '0.5', afterMs: random.between(200, 3_000) },
      { do: 'reverse', ...(random.happens(0.5) && { correctedSize: '0.003' }), afterMs: random.between(200, 3_000) },
      { do: 'fill', afterMs: random.between(200, 8_000) },
    ],
  })),
  limit('words of another kind, then fills', 2, (random) => ({
    steps: [
      {
        do: 'status',
        status: random.pick(['EDIT_QUEUED', 'CANCEL_QUEUED', 'SUSPENDED', 'UNKNOWN_ORDER_STATUS']),
        afterMs: 1_000,
      },
      { do: 'fill', afterMs: random.between(500, 9_000) },
    ],
  })),
  limit('cancelled by the bot', 6, (random) => ({ steps: random.happens(0.5) ? [{ do: 'fill', part: '0.3' }] : [] }), {
    botActs: cancelAfter(0, 12_000),
  }),
  limit('cancel accepted, but it fills', 2, () => ({ onCancel: { steps: [{ do: 'fill', afterMs: 400 }] } }), {
    botActs: cancelAfter(500, 8_000),
  }),
  limit(
    'cancel refused, because it is filled',
    2,
    () => ({ onCancel: { refuse: 'ORDER_IS_FULLY_FILLED', steps: [{ do: 'fill' }] } }),
    { botActs: cancelAfter(500, 8_000) },
  ),
  {
    ...limit('expires', 3, (random) => ({ steps: [{ do: 'expire', afterMs: random.between(500, 15_000) }] })),
    kind: 'limit-till',
  },
  limit('rests for ever', 0.7, () => ({})),
];

/** What bots usually trade, and how often in a hundred orders. */
const USUAL: Readonly<Record<string, number>> = {
  'fills at once': 60,
  'fills late': 15,
  'fills in parts': 9,
  'cancelled by the bot': 6,
  refused: 4,
  'fills while monitored': 3,
  expires: 3,
};

/** None of these stays open, so the number of open orders does not grow. */
export const USUAL_SCENARIOS: readonly OrderScenario[] = ORDER_SCENARIOS.filter(({ name }) => name in USUAL).map(
  (scenario) => ({ ...scenario, weight: USUAL[scenario.name] ?? 0 }),
);
