/** Everything that one life meets, put together. */
import type { Chance } from './chance.ts';
import { ReconciliationRecords } from './database/reconciliation-records.ts';
import { SimulatedStore } from './database/simulated-store.ts';
import { Ledger } from './exchange/ledger.ts';
import { Invariants } from './invariants.ts';
import { here, type Process, type SimulatedTimer } from './scheduler.ts';
import type { Scenario } from './scenario.ts';
import { Surroundings, type Worker } from './surroundings.ts';
import { SimulatedTemporal } from './temporal/server.ts';
import { drained } from './virtual-time.ts';
import { startWorker } from './worker.ts';

export class World {
  readonly surroundings: Surroundings;
  readonly temporal: SimulatedTemporal;
  readonly store: SimulatedStore;
  readonly records: ReconciliationRecords;
  readonly ledger: Ledger;
  readonly invariants: Invariants;
  readonly #workers: Worker[];

  constructor(chance: Chance, scenario: Scenario, timeline: string[] | null) {
    this.surroundings = new Surroundings(chance, scenario, timeline);
    const orderOf = () => this.ledger.order;
    this.invariants = new Invariants(this.surroundings, orderOf);
    this.store = new SimulatedStore(this.surroundings, this.invariants);
    this.records = new ReconciliationRecords(this.surroundings, this.store);
    this.ledger = new Ledger(this.surroundings, this.invariants);
    const completed = () => this.invariants.workflowCompleted();
    this.temporal = new SimulatedTemporal(this.surroundings, () => this.#anyWorker(), completed);
    this.#workers = ['worker A', 'worker B'].map((name) => startWorker(this, this.surroundings.process(name)));
  }

  get workers(): readonly Process[] {
    return this.#workers.map(({ process }) => process);
  }

  /** What happens next, and what follows from it at once. */
  async happen({ owner, act }: SimulatedTimer): Promise<void> {
    here.run({ process: owner }, act);
    await drained();
    await this.temporal.settle();
  }

  isWorker(process: Process): boolean {
    return this.#workers.some((worker) => worker.process === process);
  }

  crash(process: Process): void {
    const { chance, scheduler } = this.surroundings;
    process.isAlive = false;
    this.ledger.unsubscribe(process);
    const index = this.#workers.findIndex((worker) => worker.process === process);
    scheduler.after(chance.between('restart', 100, 3_000), this.temporal.process, () => {
      this.surroundings.trace(() => `${process.name} is back`);
      this.#workers[index] = startWorker(this, { ...process, isAlive: true });
    });
  }

  #anyWorker(): Worker | null {
    const [first, ...others] = this.#workers.filter(({ process }) => process.isAlive);
    return first === undefined ? null : this.surroundings.chance.pick('which worker', [first, ...others]);
  }
}
