/**
 * The machine of one order with a simulated clock, its actors in the test's hand, and a record of all that it emitted.
 * After every step it is checked that machine, trade and emitted changes tell the same.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { createActor, SimulatedClock, type Actor } from 'xstate';
import { PRESENT_EDITION, type Edition } from '../../../../src/domain/order/edition.ts';
import type { ExchangeOrder } from '../../../../src/domain/order/exchange-order.ts';
import { createOrderMachine, lifeOf, type OrderMachine } from '../../../../src/domain/order/machine.ts';
import { provideActors, type OrderActors } from '../../../../src/domain/order/order-actors.ts';
import type { ObservedEvent, OrderEvent, PendingChange } from '../../../../src/domain/order/order-context.ts';
import { stateOf, type OrderStateName, type Trade } from '../../../../src/domain/order/trade.ts';
import { after, aTrade, ORDER_ID } from './builders.ts';

export type ActorName = keyof OrderActors;
export type InputOf<Name extends ActorName> = Parameters<OrderActors[Name]>[0];
export type OutcomeOf<Name extends ActorName> = Awaited<ReturnType<OrderActors[Name]>>;

interface Call<Name extends ActorName> {
  name: Name;
  input: InputOf<Name>;
  signal: AbortSignal;
  isAnswered: boolean;
  resolve: (outcome: OutcomeOf<Name>) => void;
  reject: (error: unknown) => void;
}

export interface Under {
  trade?: Partial<Trade>;
  resumed?: boolean;
  edition?: Edition;
}

export class OrderUnderTest {
  readonly changes: PendingChange[] = [];
  /** What the actors have written themselves, as the machine has told it. */
  readonly recorded: Partial<Trade>[] = [];
  readonly errors: unknown[] = [];
  readonly #calls: Call<ActorName>[] = [];
  readonly #clock = new SimulatedClock();
  readonly #actor: Actor<OrderMachine>;
  /** The trade as the machine has told it. */
  #told: Trade;
  readonly #disagreements: string[] = [];

  constructor({ trade, resumed = false, edition = PRESENT_EDITION }: Under = {}) {
    const machine = createOrderMachine(() => this.now);
    this.#told = aTrade(trade);
    this.#actor = createActor(machine, { input: { trade: this.#told, resumed, edition }, clock: this.#clock });
    provideActors(this.#actor, {
      place: this.#actorOf('place'),
      checkImmediately: this.#actorOf('checkImmediately'),
      watch: this.#actorOf('watch'),
      cancel: this.#actorOf('cancel'),
      collectFills: this.#actorOf('collectFills'),
    });
    this.#actor.on('CHANGED', ({ change }) => {
      this.changes.push(change);
      this.#told = change.trade;
    });
    this.#actor.on('RECORDED', ({ fields }) => {
      this.recorded.push(fields);
      this.#told = { ...this.#told, ...fields };
    });
    this.#actor.subscribe({ next: () => this.#compare(), error: (error) => this.errors.push(error) });
    this.#actor.start();
    this.#compare();
  }

  get now(): string {
    return after(this.#clock.now());
  }

  get state(): OrderStateName {
    return lifeOf(this.#actor.getSnapshot());
  }

  get context(): ReturnType<Actor<OrderMachine>['getSnapshot']>['context'] {
    return this.#actor.getSnapshot().context;
  }

  get trade(): Trade {
    return this.context.trade;
  }

  get finished(): boolean {
    return this.#actor.getSnapshot().hasTag('finished');
  }

  get machineStatus(): string {
    return this.#actor.getSnapshot().status;
  }

  /** What was emitted so far, as its causes. */
  get causes(): string[] {
    return this.changes.map((change) => change.cause);
  }

  get last(): PendingChange {
    const change = this.changes.at(-1);
    if (change === undefined) throw new Error('nothing was emitted yet');
    return change;
  }

  /** How often an actor was started. */
  started(name: ActorName): number {
    return this.#calls.filter((call) => call.name === name).length;
  }

  /** The actors at work, in the order in which they were started. */
  get running(): ActorName[] {
    return this.#running().map((call) => call.name);
  }

  inputOf<Name extends ActorName>(name: Name): InputOf<Name> {
    return this.#only(name).input;
  }

  /** The signal of the actor at work, to be kept and looked at after its end. */
  signalOf(name: ActorName): AbortSignal {
    return this.#only(name).signal;
  }

  async answer<Name extends ActorName>(name: Name, outcome: OutcomeOf<Name>): Promise<void> {
    const call = this.#only(name);
    call.isAnswered = true;
    call.resolve(outcome);
    await this.#settle();
  }

  /** The actor fails, which only a defect makes it do. */
  async fail(name: ActorName, error: Error): Promise<void> {
    const call = this.#only(name);
    call.isAnswered = true;
    call.reject(error);
    await turn();
  }

  /** What an actor answers that was stopped before. */
  async answerTooLate<Name extends ActorName>(name: Name, outcome: OutcomeOf<Name> | Error): Promise<void> {
    const call = this.#calls.find((one) => one.name === name && one.signal.aborted && !one.isAnswered);
    if (call === undefined) throw new Error(`no ${name} was stopped`);
    call.isAnswered = true;
    if (outcome instanceof Error) call.reject(outcome);
    else call.resolve(outcome);
    await this.#settle();
  }

  async send(event: OrderEvent): Promise<void> {
    this.#actor.send(event);
    await this.#settle();
  }

  /** The order is seen, now, by a push unless told otherwise. */
  async observe(order: ExchangeOrder, more: Partial<ObservedEvent> = {}): Promise<void> {
    await this.send({ type: 'OBSERVED', order, seenAt: this.now, source: 'push', ...more });
  }

  async pass(ms: number): Promise<void> {
    this.#clock.increment(ms);
    await this.#settle();
  }

  stop(): void {
    this.#actor.stop();
  }

  /** The order is accepted. */
  async accept(): Promise<void> {
    await this.answer('place', { kind: 'accepted', orderId: ORDER_ID, at: this.now });
  }

  /** Every look of the immediate check fails, or sees this order. */
  async look(order: ExchangeOrder | null, lastError: string | null = null): Promise<void> {
    await this.answer('checkImmediately', { order, looks: 10, lastError, at: this.now });
  }

  async see(order: ExchangeOrder): Promise<void> {
    await this.answer('watch', { kind: 'observed', order, seenAt: this.now, source: 'look' });
  }

  #actorOf<Name extends ActorName>(name: Name) {
    return (input: InputOf<Name>, signal: AbortSignal) =>
      new Promise<OutcomeOf<Name>>((resolve, reject) => {
        const call: Call<Name> = { name, input, signal, isAnswered: false, resolve, reject };
        this.#calls.push(call);
      });
  }

  #running(): Call<ActorName>[] {
    return this.#calls.filter((call) => !call.isAnswered && !call.signal.aborted);
  }

  #only<Name extends ActorName>(name: Name): Call<Name> {
    const calls = this.#running().filter((call) => call.name === name);
    const [call] = calls;
    if (call === undefined || calls.length > 1) {
      throw new Error(`one ${name} is expected at work, not ${calls.length} (state ${this.state})`);
    }
    return call as unknown as Call<Name>;
  }

  /** Lets the actors' answers reach the machine. */
  async #settle(): Promise<void> {
    await turn();
    if (this.errors.length > 0) throw this.errors[0];
    if (this.#disagreements.length > 0) throw new Error(this.#disagreements.join('\n'));
  }

  /** Called after each macrostep: a change of the trade that nobody is told of would never be written. */
  #compare(): void {
    const { trade, changeCount } = this.context;
    if (stateOf(trade) !== this.state) {
      this.#disagreements.push(`the machine is in ${this.state}, but the trade in ${stateOf(trade)}`);
    }
    if (JSON.stringify(this.#told) !== JSON.stringify(trade)) {
      this.#disagreements.push(`told was ${JSON.stringify(this.#told)}, the machine ${JSON.stringify(trade)}`);
    }
    if (this.changes.some((change, index) => change.number !== index + 1) || changeCount !== this.changes.length) {
      this.#disagreements.push(`numbers of the changes: ${this.changes.map((change) => change.number).join(', ')}`);
    }
  }
}

/** An order that was accepted and is being checked. */
export async function checking(under: Under = {}): Promise<OrderUnderTest> {
  const order = new OrderUnderTest(under);
  await order.accept();
  return order;
}

/** An order that came through the immediate check open, and is being watched. */
export async function monitored(seen: ExchangeOrder, under: Under = {}): Promise<OrderUnderTest> {
  const order = await checking(under);
  await order.look(seen);
  return order;
}
