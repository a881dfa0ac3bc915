/** The machine of one order with a simulated clock, and its actors in the test's hand. */
import { setImmediate as turn } from 'node:timers/promises';
import { createActor, SimulatedClock, type Actor } from 'xstate';
import { createOrderMachine, lifeOf, type OrderMachine } from '../../../../src/domain/order/machine.ts';
import { provideActors, type OrderActors } from '../../../../src/domain/order/order-actors.ts';
import { stateOf, type OrderStateName, type Trade } from '../../../../src/domain/order/trade.ts';
import { after, aTrade, ORDER_ID, START } from './builders.ts';

export type ActorName = keyof OrderActors;

interface Call {
  name: ActorName;
  row: Trade;
  signal: AbortSignal;
  isAnswered: boolean;
  resolve: (row: Trade) => void;
  reject: (error: unknown) => void;
}

export class OrderUnderTest {
  readonly errors: unknown[] = [];
  readonly #calls: Call[] = [];
  readonly #clock = new SimulatedClock();
  readonly #actor: Actor<OrderMachine>;
  readonly #disagreements: string[] = [];
  #commits = 0;

  /** `row`: as the run finds it. */
  constructor(row: Partial<Trade> = {}) {
    const machine = createOrderMachine(() => Date.parse(this.now));
    this.#actor = createActor(machine, { input: { row: aTrade(row) }, clock: this.#clock });
    provideActors(this.#actor, {
      place: this.#inHand('place'),
      check: this.#inHand('check'),
      cancel: this.#inHand('cancel'),
      closeWindow: this.#inHand('closeWindow'),
    });
    this.#actor.subscribe({ next: () => this.#compare(), error: (error) => this.errors.push(error) });
    this.#actor.start();
  }

  get now(): string {
    return after(this.#clock.now());
  }

  get state(): OrderStateName {
    return lifeOf(this.#actor.getSnapshot());
  }

  get row(): Trade {
    return this.#actor.getSnapshot().context.row;
  }

  get machineStatus(): string {
    return this.#actor.getSnapshot().status;
  }

  /** How often an actor was started. */
  started(name: ActorName): number {
    return this.#calls.filter((call) => call.name === name).length;
  }

  /** The actors at work, in the order in which they were started. */
  get running(): ActorName[] {
    return this.#calls.filter(isAtWork).map(({ name }) => name);
  }

  /** The row that the actor at work was given. */
  inputOf(name: ActorName): Trade {
    return this.#only(name).row;
  }

  /** The signal of the actor at work, to be kept and looked at after its end. */
  signalOf(name: ActorName): AbortSignal {
    return this.#only(name).signal;
  }

  /** The row with these fields, as it would be committed next. */
  next(fields: Partial<Trade>): Trade {
    this.#commits += 1;
    return { ...this.row, ...fields, updatedAt: after(this.#clock.now() + this.#commits) };
  }

  /** The row was committed with these fields, by somebody else than an actor at work. */
  async commit(fields: Partial<Trade>): Promise<void> {
    await this.tell(this.next(fields));
  }

  async tell(row: Trade): Promise<void> {
    this.#actor.send({ type: 'ROW', row });
    await this.#settle();
  }

  /** The actor at work commits these fields, and answers the row. */
  async answer(name: ActorName, fields: Partial<Trade>): Promise<void> {
    await this.answerWith(name, this.next(fields));
  }

  async answerWith(name: ActorName, row: Trade): Promise<void> {
    const call = this.#only(name);
    call.isAnswered = true;
    call.resolve(row);
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
  async answerTooLate(name: ActorName, outcome: Trade | Error): Promise<void> {
    const call = this.#calls.find((one) => one.name === name && one.signal.aborted && !one.isAnswered);
    if (call === undefined) throw new Error(`no ${name} was stopped`);
    call.isAnswered = true;
    if (outcome instanceof Error) call.reject(outcome);
    else call.resolve(outcome);
    await this.#settle();
  }

  async pass(ms: number): Promise<void> {
    this.#clock.increment(ms);
    await this.#settle();
  }

  stop(): void {
    this.#actor.stop();
  }

  #inHand(name: ActorName) {
    return (row: Trade, signal: AbortSignal) =>
      new Promise<Trade>((resolve, reject) => {
        this.#calls.push({ name, row, signal, isAnswered: false, resolve, reject });
      });
  }

  #only(name: ActorName): Call {
    const calls = this.#calls.filter((call) => call.name === name && isAtWork(call));
    const [call] = calls;
    if (call === undefined || calls.length > 1) {
      throw new Error(`one ${name} is expected at work, not ${calls.length} (state ${this.state})`);
    }
    return call;
  }

  /** Lets the actors' answers reach the machine. */
  async #settle(): Promise<void> {
    await turn();
    if (this.errors.length > 0) throw this.errors[0];
    if (this.#disagreements.length > 0) throw new Error(this.#disagreements.join('\n'));
  }

  /** Called after each macrostep. */
  #compare(): void {
    if (stateOf(this.row) !== this.state) {
      this.#disagreements.push(`the machine is in ${this.state}, but the row in ${stateOf(this.row)}`);
    }
    if (this.running.filter((name) => name === 'cancel').length > 1)
      this.#disagreements.push('two cancels are at work');
  }
}

function isAtWork({ isAnswered, signal }: Call): boolean {
  return !isAnswered && !signal.aborted;
}

/** The rows in which an order may be, by the state that the machine then has. */
export const ROWS: Record<OrderStateName, Partial<Trade>> = {
  placed: { status: 'placing' },
  'immediate-check': { status: 'placing', orderId: ORDER_ID },
  monitoring: { status: 'pending', orderId: ORDER_ID, monitoredSince: START },
  stale: { status: 'stale', orderId: ORDER_ID, staleSince: START },
  completed: { status: 'completed', orderId: ORDER_ID, endedAt: START },
  closed: { status: 'cancelled', orderId: ORDER_ID, endedAt: START },
};
