import type { LeaseDecision, OthersLease, RequestLease, RequestLeases } from '../../src/ports/request-leases.ts';

interface Row extends RequestLease {
  pausedUntilMs: number;
  expiresAtMs: number;
}

/** Leases as a database keeps them: one process at a time, with a way to it that takes its time and can be cut. */
export class MemoryLeases {
  readonly rows = new Map<string, Row>();
  /** How long each of the two ways takes. */
  delayMs = 0;
  /** The database is away, for everybody. */
  isAway = false;
  #turn: Promise<unknown> = Promise.resolve();

  /** Reads the sum of all that is held now. */
  get held(): number {
    return [...this.rows.values()].reduce((sum, { held }) => sum + held, 0);
  }

  /** The way of one process. */
  way(): RequestLeases & { isCut: boolean } {
    const way: RequestLeases & { isCut: boolean } = {
      isCut: false,
      renew: (id, decide) => {
        if (way.isCut) return new Promise(() => undefined);
        if (this.isAway) return Promise.reject(new Error('the database is away'));
        const renewed = this.#turn.then(() => this.#renew(id, decide, () => way.isCut));
        this.#turn = renewed.catch(() => undefined);
        return renewed;
      },
    };
    return way;
  }

  async #renew(id: string, decide: (others: OthersLease[]) => LeaseDecision, isCut: () => boolean): Promise<void> {
    await this.#travel();
    const others = [...this.rows].filter(([other]) => other !== id);
    const { lease, lastsMs, expired } = decide(others.map(shown));
    await this.#travel();
    if (isCut()) return;
    for (const other of expired) this.rows.delete(other);
    const nowMs = performance.now();
    if (lease === null) this.rows.delete(id);
    else this.rows.set(id, { ...lease, pausedUntilMs: nowMs + lease.pausedForMs, expiresAtMs: nowMs + lastsMs });
    await this.#travel();
    if (this.isAway) throw new Error('the database went away');
  }

  async #travel(): Promise<void> {
    if (this.delayMs > 0) await new Promise((arrive) => setTimeout(arrive, this.delayMs));
    if (this.isAway) throw new Error('the database is away');
  }
}

function shown([processId, { pausedUntilMs, expiresAtMs, ...lease }]: [string, Row]): OthersLease {
  const nowMs = performance.now();
  return { ...lease, processId, pausedForMs: Math.max(0, pausedUntilMs - nowMs), hasLapsed: expiresAtMs < nowMs };
}
