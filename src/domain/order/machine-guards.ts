/** The questions by which the machine chooses among its transitions. */
import type { Changes } from './changes.ts';
import { compareDecimals } from '../decimal.ts';
import { hasEnded, meaningOf } from './exchange-order.ts';
import { observed, outputOf, type MachineEvent } from './machine-events.ts';
import { mismatches } from './match-intent.ts';
import { isImmediate } from './order-configuration.ts';
import type { CancelOutcome, CheckOutcome, OrderContext, PlacementOutcome, WatchOutcome } from './order-context.ts';
import { RESOLVED_BY_OPERATOR, withLateFigures } from './order-facts.ts';
import { isEnded, stateOf, type OrderStateName } from './trade.ts';

interface Asked {
  context: OrderContext;
  event: MachineEvent;
}

export function guards(change: Changes) {
  return {
    isAt: ({ context }: Asked, state: OrderStateName) => stateOf(context.trade) === state,
    isAccepted: ({ event }: Asked) => outputOf<PlacementOutcome>(event).kind === 'accepted',
    /** The look that came with it has shown an end, or it was the only one. */
    isAcceptedAndChecked: ({ context, event }: Asked) => {
      const outcome = outputOf<PlacementOutcome>(event);
      if (outcome.kind !== 'accepted' || outcome.look === undefined) return false;
      const { order, looks } = outcome.look;
      return looks >= context.trade.policy.immediateCheckAttempts || (order !== null && hasEnded(order));
    },
    isUnknown: ({ event }: Asked) => outputOf<PlacementOutcome>(event).kind === 'unknown',
    isUnconfirmed: ({ event }: Asked) => outputOf<WatchOutcome>(event).kind === 'unconfirmed',
    hasSeenOrder: ({ event }: Asked) => outputOf<CheckOutcome | CancelOutcome>(event).order !== null,
    isImmediate: ({ context }: Asked) => isImmediate(context.trade.orderConfiguration),
    isStranger,
    isAnotherOrder,
    /** The last look shows the order as it was meant, and open; by the first rules it was written down by itself. */
    isLastLook: (asked: Asked) =>
      asked.context.edition !== 1 &&
      meaningOf(observed(asked.event).status).kind === 'open' &&
      !isStranger(asked) &&
      !isAnotherOrder(asked),
    isFilled: ({ event }: Asked) => observed(event).status === 'FILLED',
    isOver: ({ event }: Asked) => meaningOf(observed(event).status).kind === 'ended',
    isRestingForSure: ({ context, event }: Asked) =>
      meaningOf(observed(event).status).kind === 'open' && !isImmediate(context.trade.orderConfiguration),
    isNews: ({ context, event }: Asked) => change.isNews(context, observed(event)),
    isDisprovedFilled: ({ context, event }: Asked) => isResolved(context) && observed(event).status === 'FILLED',
    isDisprovedOver: ({ context, event }: Asked) => {
      const meaning = meaningOf(observed(event).status);
      return isResolved(context) && meaning.kind === 'ended' && meaning.as !== context.trade.status;
    },
    isDisprovedOpen: ({ context, event }: Asked) =>
      isResolved(context) && meaningOf(observed(event).status).kind === 'open',
    /** It has more filled than is known, or so much less that the fills that are recorded cannot be all. */
    hasOtherFills: ({ context: { trade }, event }: Asked) => {
      const seen = withLateFigures(trade, observed(event));
      return compareDecimals(seen.filledSize, trade.filledSize) > 0 || (trade.fillsComplete && !seen.fillsComplete);
    },
    needsNoFills: ({ context }: Asked) => context.trade.fillsComplete || context.trade.orderId === null,
    canCancel: ({ context }: Asked) =>
      context.cancelWanted !== null && context.trade.orderId !== null && !isEnded(context.trade.status),
    hasEndedElsewhere: ({ context, event }: Asked) =>
      event.type === 'SETTLED' && isEnded(event.trade.status) && !isEnded(context.trade.status),
  };
}

/** It has another exchange id than ours, or it does not fit the intent of an order that has ended already. */
function isStranger({ context: { trade, verified }, event }: Asked): boolean {
  const order = observed(event);
  const hasOtherId = trade.orderId !== null && trade.orderId !== order.orderId;
  return hasOtherId || (isEnded(trade.status) && !verified && mismatches(trade, order).length > 0);
}

function isAnotherOrder({ context, event }: Asked): boolean {
  return !context.verified && mismatches(context.trade, observed(event)).length > 0;
}

function isResolved(context: OrderContext): boolean {
  return context.trade.reason === RESOLVED_BY_OPERATOR;
}
