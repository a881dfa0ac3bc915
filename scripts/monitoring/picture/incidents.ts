/** What goes wrong in the four minutes of the picture, so that each panel has something to show. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Simulator } from '../../../src/simulator/index.ts';
import { RESTING, placeOrder, type Api, type BotOrder } from './bots.ts';

export interface Surroundings {
  api: Api;
  simulator: Simulator;
  /** Ends the workflow of an order, as a person can in Temporal's UI. */
  terminate(clientOrderId: string): Promise<void>;
}

interface Incident {
  atSeconds: number;
  what: string;
  happen(surroundings: Surroundings): void | Promise<unknown>;
}

const ABANDONED: BotOrder = {
  clientOrderId: 'grid-3-0001',
  botId: 'grid-3',
  productId: 'BTC-USD',
  orderConfiguration: RESTING,
};
const UNANSWERED: BotOrder = {
  clientOrderId: 'mean-2-0001',
  botId: 'mean-2',
  productId: 'BTC-USD',
  orderConfiguration: { market_market_ioc: { quote_size: '10.00' } },
  policy: { place_for_ms: 5_000 },
};

const INCIDENTS: readonly Incident[] = [
  {
    atSeconds: 10,
    what: 'another program places an order with the same key',
    happen: ({ simulator: { exchange } }) => {
      exchange.setPlan({ clientOrderId: 'by-hand' }, {});
      exchange.place({ clientOrderId: 'by-hand', productId: 'BTC-USD', side: 'BUY', configuration: RESTING });
    },
  },
  {
    atSeconds: 15,
    what: 'an order is placed that rests',
    happen: ({ api, simulator: { exchange } }) => {
      exchange.setPlan(ABANDONED, {});
      return placeOrder(api, ABANDONED);
    },
  },
  {
    atSeconds: 30,
    what: 'somebody terminates its workflow, and it is filled',
    happen: async ({ simulator, terminate }) => {
      await terminate(ABANDONED.clientOrderId);
      simulator.exchange.act(ABANDONED.clientOrderId, { do: 'fill' });
    },
  },
  {
    atSeconds: 65,
    what: 'the push is cut off for half a minute',
    happen: ({ simulator: { pushFaults } }) => {
      pushFaults.add({ match: { forMs: 30_000 }, do: { kind: 'refuse', at: 'connect' } });
      pushFaults.add({ match: { times: 1 }, do: { kind: 'close' } });
    },
  },
  {
    atSeconds: 115,
    what: 'the exchange takes 0.8 s for each answer, for half a minute',
    happen: ({ simulator: { faults } }) => {
      faults.add({ match: { forMs: 30_000 }, do: { kind: 'delay', when: 'after', ms: 800 } });
    },
  },
  {
    atSeconds: 160,
    what: 'the exchange answers 429 for a few seconds',
    happen: ({ simulator: { faults } }) => {
      const body = { error: 'rate_limit_exceeded' };
      faults.add({
        match: { endpoint: 'listOrders', forMs: 8_000 },
        do: { kind: 'answer', when: 'before', status: 429, body },
      });
    },
  },
  {
    atSeconds: 180,
    what: 'the exchange never answers a placement',
    happen: ({ api, simulator: { faults } }) => {
      const { clientOrderId } = UNANSWERED;
      faults.add({ match: { clientOrderId, endpoint: 'createOrder' }, do: { kind: 'hang', when: 'before' } });
      return placeOrder(api, UNANSWERED);
    },
  },
  {
    atSeconds: 195,
    what: 'a person halts a bot',
    happen: ({ api }) =>
      api.post('halt', {
        bot_id: 'grid-1',
        requested_by: 'ann',
        reason: 'its price feed is frozen',
        cancel_open: true,
      }),
  },
];

export async function letHappen(surroundings: Surroundings, onProgress: (line: string) => void): Promise<void> {
  const startedMs = performance.now();
  for (const { atSeconds, what, happen } of INCIDENTS) {
    await sleep(Math.max(0, startedMs + atSeconds * 1_000 - performance.now()));
    onProgress(`${atSeconds} s: ${what}`);
    await happen(surroundings);
  }
}
