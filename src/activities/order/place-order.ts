/** One attempt at placing an order; Temporal repeats it until the outcome is known or the placement window closes. */
import { ApplicationFailure, log } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import { whyPlacingWaits } from '../../domain/clock-offset.ts';
import { stateOf, type Trade } from '../../domain/order/trade.ts';
import { ExchangeError } from '../../ports/exchange.ts';
import type { Halt } from '../../ports/halt-store.ts';
import { lookUpOrder } from '../../ports/order-lookup.ts';
import type { PostPermit } from '../../ports/trade-store.ts';
import { cancellation, now, withHeartbeat } from '../runtime/activity-context.ts';
import { FactLog } from './fact-log.ts';
import type { OrderPorts } from '../ports.ts';
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

function tryAgain(message: string, type: string): ApplicationFailure {
  return ApplicationFailure.create({ message, type, category: ApplicationFailureCategory.BENIGN });
}

/** Whoever has waited since the window was open, has closed it by then. */
const LONG_OVER_MS = 10_000;

/**
 * Before an order of unknown outcome is called stale, the listing is searched for it. So it is before an order is said not
 * to have been placed by a row whose window closed long ago, which may be one of a backup: then attempts are missing.
 */
async function closePlacement(ports: OrderPorts, trade: Trade, halt?: Halt): Promise<Posted> {
  const log = new FactLog(ports, trade);
  const isUnknown = trade.postDenials < trade.postAttempts;
  const isLongOver = Date.now() - windowEndMs(trade) >= LONG_OVER_MS;
  if (isUnknown || isLongOver) {
    const isSearched = await searchListing(ports, log);
    if (!isSearched && !isUnknown) {
      throw tryAgain(
        `it is not known whether ${trade.clientOrderId} was placed: the exchange did not answer`,
        'UnknownOutcome',
      );
    }
  }
  if (stateOf(log.trade) === 'placed') {
    const events = trade.postAttempts === 0 ? [] : await ports.trades.events(trade.clientOrderId);
    const unauthorised = events.some(({ evidence }) => evidence?.['kind'] === 'unauthorised');
    const haltedBy = halt && { requestedBy: halt.requestedBy, sentBy: halt.sentBy, reason: halt.reason };
    const learnt = { key: 'placement-closed', at: now(), unauthorised };
    await log.learn({ type: 'placement-closed', ...learnt, ...(haltedBy && { haltedBy }) });
  }
  return { ...log.result, looks: 0 };
}

function windowEndMs({ createdAt, policy }: Trade): number {
  return Date.parse(createdAt) + policy.placeForMs;
}

/** False where the exchange did not answer. */
async function searchListing(ports: OrderPorts, log: FactLog): Promise<boolean> {
  try {
    const found = await lookUpOrder(ports, log.trade, 'urgent', cancellation());
    if (found.kind === 'seen') {
      const { order, source } = found;
      await log.learn({ type: 'observed', key: 'placement-search', at: now(), order, source });
    }
    return true;
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    return false;
  }
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
