/** Compares the clocks of the database and of the exchange with this machine's, again and again, for as long as the engine runs. */
import { describeOffset, MAX_OFFSET_MS } from '../domain/clock-offset.ts';
import type { Alerts } from '../ports/alerts.ts';
import { CLOCK_NAMES, type ClockName, type ClockOffsets, type Clocks } from '../ports/clocks.ts';
import { readOffsetMs, type ReadableClocks } from '../ports/read-clocks.ts';
import { processName } from '../process/identity.ts';
import type { Logger } from '../process/log.ts';
import { repeat } from './repeat.ts';

/** Clocks drift slowly. For the exchange it is one request of the budget each time. */
const MEASURE_EVERY_MS = 30_000;
/** What is older says nothing any more. */
const VALID_FOR_MS = 300_000;
/** A row for each measurement would be two million a year; an auditor needs what has changed, and that it was looked at. */
const RECORD_EVERY_MS = 3_600_000;
const NOTABLE_CHANGE_MS = 100;

export interface ClockWatchPorts extends ReadableClocks {
  offsets: Pick<ClockOffsets, 'record'>;
  alerts: Pick<Alerts, 'reportClock'>;
  log: Logger;
  /** Default 30,000. */
  everyMs?: number;
}

export class ClockWatch implements Clocks {
  readonly #ports: ClockWatchPorts;
  readonly #measured = new Map<ClockName, Measured>();
  readonly #recorded = new Map<ClockName, Measured>();
  #stops: (() => Promise<void>)[] = [];

  constructor(ports: ClockWatchPorts) {
    this.#ports = ports;
  }

  /** The first measurement begins at once. */
  start(): void {
    this.#stops = CLOCK_NAMES.map((clock) => this.#keepMeasuring(clock));
  }

  offsetMs(clock: ClockName): number | null {
    const last = this.#measured.get(clock);
    return last !== undefined && performance.now() - last.atMs <= VALID_FOR_MS ? last.offsetMs : null;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#stops.map((stop) => stop()));
  }

  #keepMeasuring(clock: ClockName): () => Promise<void> {
    const { log, everyMs: pauseMs = MEASURE_EVERY_MS } = this.#ports;
    return repeat({ pauseMs }, async (stop) => {
      try {
        this.#take(clock, await readOffsetMs(clock, this.#ports, stop));
        await this.#record(clock);
      } catch (error) {
        if (!stop.aborted) log.debug('a clock could not be read, or its offset not recorded', { clock, error });
      }
    });
  }

  /** Reported at each measurement while the clocks differ; the alerts limit how often that is sent. */
  #take(clock: ClockName, offsetMs: number): void {
    const wasOff = isOff(this.offsetMs(clock));
    this.#measured.set(clock, { offsetMs, atMs: performance.now() });
    if (isOff(offsetMs)) this.#ports.alerts.reportClock({ clock, offsetMs, stage: 'found' });
    else if (wasOff) this.#ports.alerts.reportClock({ clock, offsetMs, stage: 'resolved' });
  }

  async #record(clock: ClockName): Promise<void> {
    const [now, last] = [this.#measured.get(clock), this.#recorded.get(clock)];
    if (now === undefined) return;
    const isDue =
      last === undefined ||
      now.atMs - last.atMs >= RECORD_EVERY_MS ||
      Math.abs(now.offsetMs - last.offsetMs) >= NOTABLE_CHANGE_MS;
    if (!isDue) return;
    await this.#ports.offsets.record({ process: processName(), clock, offsetMs: now.offsetMs });
    this.#recorded.set(clock, now);
  }
}

interface Measured {
  offsetMs: number;
  atMs: number;
}

/** Rejects while a clock is further from ours than it may be. */
export async function assertClocksAgree(clocks: Clocks): Promise<void> {
  for (const clock of CLOCK_NAMES) {
    const offsetMs = clocks.offsetMs(clock);
    if (isOff(offsetMs)) throw new Error(`the clock of the ${clock} ${describeOffset(offsetMs)}`);
  }
}

function isOff(offsetMs: number | null): offsetMs is number {
  return offsetMs !== null && Math.abs(offsetMs) > MAX_OFFSET_MS;
}
