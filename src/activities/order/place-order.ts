/** One attempt at placing an order; Temporal repeats it until the outcome is known or the placement window closes. */
import { log } from '@temporalio/activity';
import { whyPlacingWaits } from '../../domain/clock-offset.ts';
import { stateOf, type Trade } from '../../domain/order/trade.ts';
import type { PostPermit } from '../../ports/trade-store.ts';
import { cancellation, withHeartbeat } from '../runtime/activity-context.ts';
import type { OrderPorts } from '../ports.ts';
import { closePlacement, tryAgain } from './close-placement.ts';
import { postOrder, unposted, type Posted, type PostPorts } from './post-order.ts';

/**
 * First a place in the request budget, then the permission of the database, which commits the attempt, then the POST:
 * in this order nothing that has to wait lies between the permission and the POST.
 */
export function placeOrder(ports: PostPorts, placements: Placements) {
  return ({ clientOrderId, botId }: Pick<Trade, 'clientOrderId' | 'botId'>): Promise<Posted> =>
    withHeartbeat(async () => {
      const earlier = await placements.underWay(clientOrderId)?.catch(() => null);
      if (earlier && stateOf(earlier.trade) !== 'placed') return earlier;
      const signal = cancellation();
      const waitsBecause = whyPlacingWaits(ports.clocks);
      if (waitsBecause === null) await ports.exchange.reservePlacement(botId, signal);
      const askedAtMs = performance.now();
      const permit = await (waitsBecause === null
        ? askPermit(ports, clientOrderId)
        : ports.trades.withholdPostAttempt(clientOrderId));
      switch (permit.kind) {
        case 'granted': {
          const post = () => postOrder(ports, permit.trade, { askedAtMs, signal });
          return mustBeKnown(await placements.begin(clientOrderId, post));
        }
        case 'settled':
          return unposted(permit.trade);
        case 'window-closed':
          return closePlacement(ports, permit.trade);
        case 'halted':
          return closePlacement(ports, permit.trade, permit.halt);
        case 'withheld':
          log.warn('placing waits', { clientOrderId, reason: waitsBecause });
          throw tryAgain(`${clientOrderId} is not placed while ${waitsBecause}`, 'PlacementWaits');
      }
    });
}

async function askPermit({ exchange, trades }: OrderPorts, clientOrderId: string): Promise<PostPermit> {
  let permit: PostPermit | null = null;
  try {
    permit = await trades.beginPostAttempt(clientOrderId);
    return permit;
  } finally {
    if (permit?.kind !== 'granted') exchange.releasePlacement();
  }
}

function mustBeKnown(posted: Posted): Posted {
  cancellation().throwIfAborted();
  if (stateOf(posted.trade) !== 'placed') return posted;
  const { postAttempts, clientOrderId } = posted.trade;
  throw tryAgain(`attempt ${postAttempts} to place ${clientOrderId} has no known outcome`, 'UnknownOutcome');
}

/**
 * The POSTs of this process that are under way, by client order id: the activity that takes over from the first workflow
 * task waits for the POST that is out instead of sending another.
 */
export class Placements {
  readonly #underWay = new Map<string, Promise<Posted>>();

  begin(clientOrderId: string, post: () => Promise<Posted>): Promise<Posted> {
    const posted = post().finally(() => this.#underWay.delete(clientOrderId));
    this.#underWay.set(clientOrderId, posted);
    // Whoever began it may not wait for it.
    posted.catch(() => undefined);
    return posted;
  }

  underWay(clientOrderId: string): Promise<Posted> | undefined {
    return this.#underWay.get(clientOrderId);
  }
}
