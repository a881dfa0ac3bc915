/** What each event makes of the machine's context: the trade as it shall be, and the change that must be written. */
import { accepted } from './acceptance.ts';
import { meaningOf, type ExchangeOrder } from './exchange-order.ts';
import { mismatches } from './match-intent.ts';
import type {
  Alert,
  CancelOutcome,
  CheckOutcome,
  FillsOutcome,
  ObservedEvent,
  OrderContext,
  OrderEvent,
  OrderInput,
  PendingChange,
  PlacementOutcome,
  Requester,
} from './order-context.ts';
import {
  CLIENT_ORDER_ID_MISMATCH,
  closedWithout,
  contradicts,
  ended,
  evidenceOf,
  layerOf,
  NOT_PLACED_IN_TIME,
  RESOLVED_BY_OPERATOR,
  withFigures,
  withFills,
  withLateFigures,
} from './order-facts.ts';
import { sameJson } from './order-request.ts';
import type { ChangeCause, ChangeSource } from './trade-change.ts';
import { isEnded, type OrderStateName, type Trade } from './trade.ts';

/** Why an order becomes stale. */
export type StaleCause = 'window_closed' | 'unconfirmed' | 'placement_unknown';

type Event<Type extends OrderEvent['type']> = Extract<OrderEvent, { type: Type }>;
type Note = Omit<PendingChange, 'number' | 'trade'>;

/** What becomes of the context; with a note when it must be written, with the fields of the row that are written already. */
export type Update = Partial<OrderContext> & { note?: Note; recorded?: Partial<Trade> };

interface NoteOptions {
  cause: ChangeCause;
  source: ChangeSource;
  requester?: Requester | undefined;
  evidence?: Record<string, unknown> | null;
  corrects?: boolean;
  alert?: Alert | null;
  key?: string | undefined;
}

export type Changes = ReturnType<typeof changes>;

export function changes(now: () => string) {
  return {
    initial(input: OrderInput): OrderContext {
      const { trade, resumed, edition } = input;
      return {
        edition,
        trade,
        changeCount: 0,
        resumed,
        exchangeStatus: null,
        lastCheckedAt: null,
        verified: trade.status !== 'placing' && trade.orderId !== null,
        looks: 0,
        cancelWanted: null,
        cancelSubmitted: false,
        changesBeforeFills: 0,
      };
    },

    resumed(context: OrderContext): Update {
      if (!context.resumed || isEnded(context.trade.status)) return {};
      return noted({ cause: 'resumed', source: 'row' });
    },

    isNews(context: OrderContext, order: ExchangeOrder): boolean {
      return context.exchangeStatus !== order.status || !sameJson(withFigures(context.trade, order), context.trade);
    },

    placed(context: OrderContext, outcome: PlacementOutcome): Update {
      const { trade } = context;
      switch (outcome.kind) {
        case 'accepted': {
          const { trade: next, ...why } = accepted(trade, outcome.orderId);
          const looks = outcome.look?.looks ?? 0;
          if (outcome.recorded !== true) return { trade: next, looks, ...noted(why) };
          return { trade: next, looks, ...(outcome.end === undefined && { recorded: { orderId: outcome.orderId } }) };
        }
        case 'refused':
          return {
            trade: closedWithout(trade, 'rejected', outcome.code, 'immediate-check'),
            ...noted({
              cause: 'refused',
              source: 'post',
              evidence: { code: outcome.code, message: outcome.message },
            }),
          };
        case 'mismatch':
          return {
            trade: closedWithout(trade, 'failed', CLIENT_ORDER_ID_MISMATCH, 'immediate-check'),
            ...noted({
              cause: 'intent_mismatch',
              source: 'post',
              evidence: { fields: outcome.fields, order_id: outcome.orderId },
              alert: mismatchAlert(trade, outcome.fields),
            }),
          };
        case 'never-attempted':
          return {
            trade: closedWithout(trade, 'failed', NOT_PLACED_IN_TIME, 'immediate-check'),
            ...noted({ cause: 'not_placed_in_time', source: 'timer' }),
          };
        case 'unknown':
          return this.stale(context, 'placement_unknown');
        case 'settled':
          return this.settled(outcome.trade);
      }
    },

    checked(context: OrderContext, { order, looks, lastError }: CheckOutcome): Update {
      const { edition, trade, exchangeStatus } = context;
      const shown = edition === 1 || order === null ? null : evidenceOf(order);
      return {
        trade: { ...trade, status: 'pending' },
        ...noted({
          cause: exchangeStatus === null ? 'unchecked' : 'observed',
          source: 'look',
          evidence: { status: exchangeStatus, ...shown, looks, last_error: lastError },
        }),
      };
    },

    /** What it saw is written down with the end of the check, which follows at once. */
    lookedLast(context: OrderContext, event: ObservedEvent): Update {
      return { ...looked(event), trade: withFigures(context.trade, event.order) };
    },

    observed(context: OrderContext, event: ObservedEvent): Update {
      const seen = looked(event);
      if (event.requester === undefined && !this.isNews(context, event.order)) return seen;
      return {
        ...seen,
        trade: withFigures(context.trade, event.order),
        ...noted({
          ...byObservation(event),
          alert: unknownStatusAlert(context, event.order),
        }),
      };
    },

    ended(context: OrderContext, event: ObservedEvent, state: OrderStateName): Update {
      const meaning = meaningOf(event.order.status);
      if (meaning.kind !== 'ended') throw new Error(`the status ${event.order.status} is no end`);
      if (event.recorded !== undefined) return { ...looked(event), trade: event.recorded, recorded: event.recorded };
      const seenBy = { at: event.seenAt, state, layer: event.layer ?? layerOf(state) };
      return {
        ...looked(event),
        trade: ended(context.trade, event.order, meaning.as, seenBy),
        ...noted({ ...byObservation(event), key: event.changeKey }),
      };
    },

    mismatched(context: OrderContext, event: ObservedEvent, state: OrderStateName): Update {
      const fields = mismatches(context.trade, event.order);
      const unowned = { ...context.trade, orderId: null };
      return {
        ...looked(event),
        verified: false,
        trade: closedWithout(unowned, 'failed', CLIENT_ORDER_ID_MISMATCH, event.layer ?? layerOf(state)),
        ...noted({
          cause: 'intent_mismatch',
          source: event.source,
          requester: event.requester,
          evidence: { fields, ...evidenceOf(event.order) },
          alert: mismatchAlert(context.trade, fields),
        }),
      };
    },

    stale(context: OrderContext, cause: StaleCause): Update {
      const trade: Trade = { ...context.trade, status: 'stale', staleSince: now() };
      return {
        trade,
        ...noted({
          cause,
          source: 'timer',
          evidence: { status: context.exchangeStatus, last_checked_at: context.lastCheckedAt },
          alert: { kind: 'stale', message: staleMessage(trade, cause) },
        }),
      };
    },

    backToMonitoring(context: OrderContext, event: ObservedEvent): Update {
      return {
        ...looked(event),
        trade: { ...withFigures(context.trade, event.order), status: 'pending', staleSince: null },
        ...noted(byObservation(event)),
      };
    },

    observedLate(context: OrderContext, event: ObservedEvent): Update {
      const { trade } = context;
      const contradiction = contradicts(trade, event.order);
      const figures = withLateFigures(trade, event.order);
      const known = context.exchangeStatus === event.order.status && sameJson(figures, trade);
      const agrees = !contradiction && sameJson(figures, trade);
      if (event.requester === undefined && (known || agrees)) return looked(event);
      return {
        ...looked(event),
        trade: figures,
        ...noted({
          ...byObservation(event),
          cause: event.requester === undefined ? 'late_observation' : 'manual_sync',
          alert: contradiction ? contradictionAlert(trade, event.order) : null,
        }),
      };
    },

    stranger({ trade }: OrderContext, event: ObservedEvent): Update {
      const hasOtherId = trade.orderId !== null && trade.orderId !== event.order.orderId;
      const fields = [...(hasOtherId ? ['order_id'] : []), ...mismatches(trade, event.order)];
      return noted({
        ...byObservation(event),
        cause: 'intent_mismatch',
        evidence: { fields, ...evidenceOf(event.order) },
        alert: mismatchAlert(trade, fields),
      });
    },

    corrected(context: OrderContext, event: ObservedEvent): Update {
      const { trade } = context;
      const meaning = meaningOf(event.order.status);
      const layer = event.layer ?? 'monitoring';
      const truth: Trade =
        meaning.kind === 'ended'
          ? ended(trade, event.order, meaning.as, { at: event.seenAt, state: 'monitoring', layer })
          : { ...withFigures(trade, event.order), status: 'pending', reason: null, detectedBy: null };
      return {
        ...looked(event),
        trade: truth,
        ...noted({
          ...byObservation(event),
          cause: 'corrected',
          corrects: true,
          alert: {
            kind: 'corrected',
            message: `${trade.clientOrderId} was resolved as ${trade.status}, but the exchange shows ${event.order.status}`,
          },
        }),
      };
    },

    resolved(context: OrderContext, event: Event<'RESOLVE'>): Update {
      return {
        trade: closedWithout(context.trade, event.status, RESOLVED_BY_OPERATOR, 'manual-sync'),
        ...noted({ cause: 'resolved', source: 'operator', requester: event.requester }),
      };
    },

    settled(row: Trade): Update {
      return { trade: row, ...noted({ cause: 'resumed', source: 'row' }) };
    },

    /** After a submitted cancel nothing more is to be sent; that it was asked for again is written all the same. */
    cancelWanted(context: OrderContext, event: Event<'CANCEL'>): Update {
      return {
        cancelWanted: context.cancelSubmitted ? null : event.requester,
        ...noted({
          cause: 'cancel_requested',
          source: 'operator',
          requester: event.requester,
          evidence: event.evidence,
        }),
      };
    },

    cancelAnswered(context: OrderContext, outcome: CancelOutcome): Update {
      return {
        cancelWanted: null,
        cancelSubmitted: outcome.submitted,
        ...noted({
          cause: 'cancel_answered',
          source: 'post',
          requester: context.cancelWanted ?? undefined,
          evidence: { submitted: outcome.submitted, failure_reason: outcome.failureReason },
        }),
      };
    },

    /** What was decided since they were asked for may have been committed after them. */
    fillsTaken(context: OrderContext, fills: FillsOutcome): Update {
      const { recorded } = fills;
      if (recorded !== undefined && context.changeCount === context.changesBeforeFills) {
        return { trade: recorded.row, recorded: recorded.row };
      }
      const trade = withFills(context.trade, fills);
      const message = `${trade.clientOrderId} ended with filled size ${trade.filledSize}, which its ${fills.fillCount} listed fills do not add up to`;
      return {
        trade,
        ...noted({
          cause: fills.complete ? 'fills' : 'fills_incomplete',
          source: 'fills',
          evidence: { fill_count: fills.fillCount, last_error: fills.lastError },
          alert: fills.complete ? null : { kind: 'fills-incomplete', message },
        }),
      };
    },

    noted(event: Event<'NOTED'>): Update {
      return noted({
        cause: event.cause,
        source: 'operator',
        requester: event.requester,
        evidence: event.evidence,
      });
    },
  };
}

function noted(options: NoteOptions): { note: Note } {
  return {
    note: {
      cause: options.cause,
      source: options.source,
      requestedBy: options.requester?.requestedBy ?? null,
      reason: options.requester?.reason ?? null,
      evidence: options.evidence ?? null,
      corrects: options.corrects ?? false,
      alert: options.alert ?? null,
      ...(options.key !== undefined && { key: options.key }),
    },
  };
}

/** A push does not tell the configuration, so it cannot show that the order is the one that was meant. */
function looked({ order, seenAt }: ObservedEvent): Partial<OrderContext> {
  return {
    exchangeStatus: order.status,
    lastCheckedAt: seenAt,
    ...(order.orderConfiguration !== null && { verified: true }),
  };
}

function byObservation(event: ObservedEvent): NoteOptions {
  return {
    cause: event.requester === undefined ? 'observed' : 'manual_sync',
    source: event.source,
    requester: event.requester,
    evidence: { ...evidenceOf(event.order), ...event.evidence },
  };
}

function staleMessage(trade: Trade, cause: StaleCause): string {
  const { clientOrderId, policy } = trade;
  switch (cause) {
    case 'window_closed':
      return `${clientOrderId} has not ended within ${policy.monitorForMs} ms of monitoring`;
    case 'unconfirmed':
      return `${clientOrderId} could not be confirmed at the exchange for ${policy.monitorForMs} ms`;
    case 'placement_unknown':
      return `${clientOrderId} was sent, and ${policy.placeForMs} ms later it is not known whether the exchange has it`;
  }
}

function unknownStatusAlert(context: OrderContext, order: ExchangeOrder): Alert | null {
  if (meaningOf(order.status).kind !== 'unknown' || context.exchangeStatus === order.status) return null;
  return {
    kind: 'unknown-status',
    message: `${context.trade.clientOrderId} has the status ${order.status} at the exchange, which is not known here; it is not taken for an end`,
  };
}

function contradictionAlert(trade: Trade, order: ExchangeOrder): Alert {
  return {
    kind: 'contradiction',
    message: `${trade.clientOrderId} ended as ${trade.status}, but the exchange now shows ${order.status}; it stays ended`,
  };
}

function mismatchAlert(trade: Trade, fields: readonly string[]): Alert {
  return {
    kind: 'intent-mismatch',
    message: `the exchange has another order under ${trade.clientOrderId}: ${fields.join(', ')} differ`,
  };
}
