/** The events that pass inside the machine, and how they are read and made. */
import type { Update } from './changes.ts';
import type { ExchangeOrder } from './exchange-order.ts';
import type {
  Acceptance,
  ChangedEvent,
  CheckOutcome,
  ObservedEvent,
  OrderContext,
  OrderEvent,
  RecordedEvent,
  WatchOutcome,
} from './order-context.ts';

/** Raised by the immediate check when its looks are over. */
export interface CheckedEvent extends CheckOutcome {
  type: 'CHECKED';
}

export type MachineEvent = OrderEvent | CheckedEvent;

export function expect<Type extends MachineEvent['type']>(
  event: MachineEvent,
  type: Type,
): Extract<MachineEvent, { type: Type }> {
  if (event.type !== type) throw new Error(`the event ${type} is needed here, not ${event.type}`);
  return event as Extract<MachineEvent, { type: Type }>;
}

export function asObserved(event: MachineEvent): ObservedEvent {
  return expect(event, 'OBSERVED');
}

export function observed(event: MachineEvent): ExchangeOrder {
  return asObserved(event).order;
}

/** The output of the actor whose end is being handled; actions shared by two states are not told its type. */
export function outputOf<Output>(event: unknown): Output {
  return (event as { output: Output }).output;
}

export function seenByLook(order: ExchangeOrder | null, at: string): ObservedEvent {
  if (order === null) throw new Error('a look that saw nothing is no observation');
  return { type: 'OBSERVED', order, seenAt: at, source: 'look' };
}

export function seenByWatch(outcome: WatchOutcome): ObservedEvent {
  if (outcome.kind !== 'observed') throw new Error(`a watch that ended ${outcome.kind} is no observation`);
  return { type: 'OBSERVED', order: outcome.order, seenAt: outcome.seenAt, source: outcome.source };
}

/** What tells that the immediate check is over, by itself or with the placement: what its last look saw, and that there are no more. */
export function endOfCheck(event: unknown): (ObservedEvent | CheckedEvent)[] {
  const output = outputOf<CheckOutcome | Acceptance>(event);
  const outcome = 'kind' in output ? output.look : output;
  if (outcome === undefined) throw new Error('a placement without a look ends no check');
  const over: CheckedEvent = { type: 'CHECKED', ...outcome };
  if (outcome.order === null) return [over];
  const end = 'kind' in output ? output.end : undefined;
  return [{ ...seenByLook(outcome.order, outcome.at), ...(end !== undefined && { recorded: end.row }) }, over];
}

interface Enqueue {
  assign(update: Partial<OrderContext>): void;
  emit(event: ChangedEvent | RecordedEvent): void;
}

/** Takes over what an event makes of the context, and tells the outside what must be written of it. */
export function apply(enqueue: Enqueue, context: OrderContext, update: Update): void {
  const { note, recorded, ...rest } = update;
  if (recorded !== undefined) enqueue.emit({ type: 'RECORDED', fields: recorded });
  if (note === undefined) return enqueue.assign(rest);
  const number = context.changeCount + 1;
  enqueue.assign({ ...rest, changeCount: number });
  enqueue.emit({ type: 'CHANGED', change: { ...note, number, trade: rest.trade ?? context.trade } });
}
