/** Applies the fault rules to the WebSocket. The first one that happens wins. */
import type { ChannelInterceptor, MessageFault } from '../channel/interceptor.ts';
import type { Channel, Message } from '../channel/messages.ts';
import type { UserView } from '../channel/user-view.ts';
import { userView } from '../channel/user-view.ts';
import type { Clock } from '../core/clock.ts';
import type { Order } from '../core/order.ts';
import { matchesOrder, namesOrder } from './match.ts';
import type { PushFaultAction, PushFaultMatch, PushFaultRule } from './push-fault-rule.ts';
import { readPushFaultRule } from './push-fault-rule.ts';
import type { ActiveRule } from './rule-book.ts';
import { RuleBook } from './rule-book.ts';

export type ActivePushFault = ActiveRule<PushFaultRule>;

/** What a rule is matched with. */
interface Occasion {
  channel: Message['channel'] | null;
  event: Message['event'];
  orders: readonly UserView[];
}

export class PushFaults extends RuleBook<PushFaultRule> implements ChannelInterceptor {
  constructor(seed: number, clock: Clock) {
    super('push-fault', readPushFaultRule, seed, clock);
  }

  refusesConnection(): boolean {
    return this.#refuses('connect', { channel: null, event: null, orders: [] });
  }

  refusesSubscription(channel: Channel): boolean {
    return this.#refuses('subscribe', { channel, event: null, orders: [] });
  }

  updatesOf(order: Order): UserView[] {
    const view = userView(order);
    const occasion = { channel: 'user', event: 'update', orders: [view] } as const;
    return this.#firstThatHappens(occasion, (action) => reportedAs(action, view)) ?? [view];
  }

  leavesOut(order: Order): boolean {
    const occasion = { channel: 'user', event: 'snapshot', orders: [userView(order)] } as const;
    return this.#firstThatHappens(occasion, (action) => action.kind === 'miss' || null) ?? false;
  }

  onMessage(message: Message): MessageFault | null {
    return this.#firstThatHappens(message, faultOfMessage);
  }

  #refuses(at: 'connect' | 'subscribe', occasion: Occasion): boolean {
    return (
      this.#firstThatHappens(occasion, (action) => (action.kind === 'refuse' && action.at === at) || null) ?? false
    );
  }

  /** The effect of the first rule whose fault happens; `effectOf` returns null for actions of other kinds. */
  #firstThatHappens<Effect>(occasion: Occasion, effectOf: (action: PushFaultAction) => Effect | null): Effect | null {
    for (const rule of this.list()) {
      const effect = matches(rule.match, occasion) ? effectOf(rule.do) : null;
      if (effect !== null && this.happens(rule, nameOf(occasion))) return effect;
    }
    return null;
  }
}

function matches(match: PushFaultMatch, { channel, event, orders }: Occasion): boolean {
  const wantsOrder = namesOrder(match) || match.status !== undefined;
  return (
    (match.channel === undefined || match.channel === channel) &&
    (match.event === undefined || match.event === event) &&
    (!wantsOrder || orders.some((order) => matchesView(match, order)))
  );
}

function matchesView(match: PushFaultMatch, order: UserView): boolean {
  return matchesOrder(match, order.client_order_id) && (match.status === undefined || match.status === order.status);
}

/** For drawing chances: a message about one order is named after the order. */
function nameOf({ channel, orders: [order, ...others] }: Occasion): string {
  return (others.length === 0 ? order?.client_order_id : undefined) ?? channel ?? 'connect';
}

function reportedAs(action: PushFaultAction, view: UserView): UserView[] | null {
  switch (action.kind) {
    case 'miss':
      return [];
    case 'open-first':
      return view.status === 'FILLED' ? [{ ...view, status: 'OPEN' }, view] : null;
    case 'filled-twice':
      return view.status === 'FILLED' ? [{ ...view, outstanding_hold_amount: view.filled_value }, view] : null;
    case 'drop':
    case 'duplicate':
    case 'swap':
    case 'delay':
    case 'truncate':
    case 'close':
    case 'silence':
    case 'error':
    case 'refuse':
      return null;
  }
}

function faultOfMessage(action: PushFaultAction): MessageFault | null {
  switch (action.kind) {
    case 'drop':
    case 'duplicate':
    case 'swap':
    case 'delay':
    case 'truncate':
    case 'close':
    case 'silence':
    case 'error':
      return action;
    case 'miss':
    case 'open-first':
    case 'filled-twice':
    case 'refuse':
      return null;
  }
}
