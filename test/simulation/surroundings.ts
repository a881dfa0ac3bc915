/** What all parts of a life share: its clock, its chance, its scenario, links that fail, and the first thing that was wrong. */
import { DatabaseUnavailableError } from '../../src/ports/trade-store-error.ts';
import type { Chance } from './chance.ts';
import { Scheduler, type Process } from './scheduler.ts';
import type { Scenario } from './scenario.ts';

export const START_MS = Date.parse('2026-11-23T12:00:00.000Z');

export interface Worker {
  process: Process;
  activities: Record<string, (...args: unknown[]) => Promise<unknown>>;
}

export class Surroundings {
  readonly scheduler = new Scheduler(START_MS);
  readonly chance: Chance;
  readonly scenario: Scenario;
  violation: string | null = null;
  /** POSTs that are on their way to the exchange. */
  posts = 0;
  /** The exchange answers no request. */
  isExchangeAway = false;
  /** Requests, statements and calls of Temporal so far, by what they ask for. */
  readonly asked = new Map<string, number>();
  readonly #timeline: string[] | null;

  constructor(chance: Chance, scenario: Scenario, timeline: string[] | null) {
    this.chance = chance;
    this.scenario = scenario;
    this.#timeline = timeline;
  }

  get nowMs(): number {
    return this.scheduler.nowMs;
  }

  get faultsEndMs(): number {
    return START_MS + this.scenario.faultsEndMs;
  }

  fault(place: string, probability: number): boolean {
    if (this.nowMs >= this.faultsEndMs || !this.chance.fault(place, probability)) return false;
    this.trace(() => `! ${place}`);
    return true;
  }

  count(what: string): void {
    this.asked.set(what, (this.asked.get(what) ?? 0) + 1);
  }

  /** A line of the scenario, where it is told. */
  trace(line: () => string): void {
    this.#timeline?.push(`${String(this.nowMs - START_MS).padStart(7)} ms  ${line()}`);
  }

  violated(what: string): void {
    this.trace(() => `✗ ${what}`);
    this.violation ??= what;
  }

  /** Something failed that must never fail, whatever goes wrong. */
  defect(where: string, error: unknown): void {
    this.violated(`${where} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }

  process(name: string): Process {
    const isWrong = this.chance.fault(`the clock of ${name} is wrong`, 0.15);
    return { name, skewMs: isWrong ? this.chance.between('skew', -4_000, 4_000) : 0, isAlive: true };
  }

  /** Asks over a link on which the question, the answer, or both can be lost or late. */
  ask<Answer>(from: Process, to: Process, what: string, work: () => Answer): Promise<Answer> {
    const { chance, scheduler } = this;
    this.count(what);
    return new Promise((resolve, reject) => {
      if (this.fault(`${what} is refused`, 0.02)) {
        const refuse = (): void => reject(new DatabaseUnavailableError(`${what}: refused`));
        scheduler.after(chance.between('refusal', 1, 200), from, refuse);
        return;
      }
      const isLate = this.fault(`${what} is held up`, 0.01);
      const thereMs = chance.between('there', 1, 4) + (isLate ? chance.between('late', 200, 5_000) : 0);
      scheduler.after(thereMs, to, () => {
        const backMs = chance.between('back', 1, 4) + (this.fault(`the answer to ${what} is late`, 0.01) ? 2_000 : 0);
        const isLost = this.fault(`the answer to ${what} is lost`, 0.02);
        const answered = answerOf(work);
        scheduler.after(backMs, from, () => {
          if (isLost) reject(new DatabaseUnavailableError(`${what}: the connection broke`));
          else if ('error' in answered) reject(answered.error);
          else resolve(answered.answer);
        });
      });
    });
  }
}

/** What a server says to it, be it an error. */
export function answerOf<Answer>(work: () => Answer): { answer: Answer } | { error: Error } {
  try {
    return { answer: work() };
  } catch (error) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }
}
