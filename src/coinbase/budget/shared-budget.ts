/**
 * One limit for all processes of a deployment. What a process holds by its lease is never less than the slots that are
 * taken in it, and all leases together are never more than the limit: so a slot changes hands only when a second has
 * passed since it was used. Acquiring a slot waits for no lease; the share follows what is wanted, within seconds.
 */
import { randomUUID } from 'node:crypto';
import type { LeaseDecision, OthersLease, RequestLease, RequestLeases } from '../../ports/request-leases.ts';
import { fairShares, keptFree } from './fair-share.ts';
import { RequestBudget } from './request-budget.ts';

const RENEW_MS = 1_000;
/** While somebody waits for a slot: what the others give up is taken at once. */
const RENEW_SOON_MS = 250;
const LEASE_MS = 5_000;
/**
 * Only who has renewed for so long without a break takes a lapsed lease as the sign of a dead process: after the
 * database was unreachable, all leases have lapsed, and everybody gets this time to come back.
 */
const STEADY_MS = 3_000;
/**
 * Where each renewal takes that long nobody is ever steady: then a process is dead whose lease stays lapsed over so many
 * renewals in a row, because it had its turn between them.
 */
const RENEWALS_WITHOUT_IT = 4;
/** The last slots are free by then: an unused one after 2 s, a used one a second later. */
const LEAVING_MS = 3_100;

export class SharedBudget extends RequestBudget {
  readonly #processId = randomUUID();
  readonly #requestsPerSecond: number;
  readonly #leases: RequestLeases;
  #share = 0;
  #ownPauseUntilMs = 0;
  #renewedAtMs = -Infinity;
  #steadySinceMs = Infinity;
  /** In how many renewals in a row each process's lease had lapsed. */
  #lapsed = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #isRenewing = false;
  #renewal: Promise<void> = Promise.resolve();
  #hasLeft = false;

  /** @param requestsPerSecond - Of the whole deployment. Where processes differ, the smallest holds for all. */
  constructor(requestsPerSecond: number, leases: RequestLeases) {
    super(0);
    this.#requestsPerSecond = requestsPerSecond;
    this.#leases = leases;
  }

  /**
   * Keeps the process alive until it leaves. Takes what is free: everything, if no other process holds a lease. Rejects
   * with DatabaseUnavailableError. From then on the share of the last renewal is kept while the database is
   * unreachable.
   */
  async join(): Promise<void> {
    await this.#renew();
    this.#renewIn(RENEW_MS);
  }

  /** Gives back what is held; what was sent in the last second counts until it is over. Nothing goes out any more. */
  async leave(): Promise<void> {
    this.#hasLeft = true;
    clearTimeout(this.#timer);
    await this.#renewal;
    this.#share = 0;
    this.limit = 0;
    const decide = () => ({ lease: this.taken === 0 ? null : this.#lease(), lastsMs: LEAVING_MS, expired: [] });
    // Without the database the lease lapses.
    await this.#leases.renew(this.#processId, decide).catch(() => undefined);
  }

  /** The other processes learn of it when they renew: within a second. */
  override backOff(retryAfterMs: number | null): boolean {
    const isNew = super.backOff(retryAfterMs);
    if (isNew) {
      this.#ownPauseUntilMs = performance.now() + this.pausedForMs;
      this.#renewIn(0);
    }
    return isNew;
  }

  #renewIn(ms: number): void {
    // A renewal that is under way sets the timer in its end.
    if (this.#hasLeft || this.#isRenewing) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#renewal = this.#renewRepeatedly();
    }, ms);
  }

  async #renewRepeatedly(): Promise<void> {
    this.#isRenewing = true;
    await this.#renew().catch(() => this.#lapsed.clear());
    this.#isRenewing = false;
    this.#renewIn(this.waiting > 0 || this.pausedForMs > 0 ? RENEW_SOON_MS : RENEW_MS);
  }

  async #renew(): Promise<void> {
    if (!this.#renewedInTime(performance.now())) this.#lapsed.clear();
    let seen: readonly OthersLease[] = [];
    await this.#leases.renew(this.#processId, (others) => this.#decide((seen = others)));
    const lapsed = seen.filter(({ hasLapsed }) => hasLapsed);
    this.#lapsed = new Map(lapsed.map(({ processId }) => [processId, (this.#lapsed.get(processId) ?? 0) + 1]));
    const nowMs = performance.now();
    if (!this.#renewedInTime(nowMs)) this.#steadySinceMs = nowMs;
    this.#renewedAtMs = nowMs;
    // Not before it is known that the lease is kept.
    if (!this.#hasLeft) this.limit = this.#share;
  }

  #decide(others: readonly OthersLease[]): LeaseDecision {
    const isSteady = this.#renewedInTime(performance.now()) && performance.now() - this.#steadySinceMs >= STEADY_MS;
    const isGone = (id: string): boolean => (this.#lapsed.get(id) ?? 0) >= RENEWALS_WITHOUT_IT;
    const isOver = ({ hasLapsed, isLeaving, processId }: OthersLease): boolean =>
      hasLapsed && (isLeaving || isSteady || isGone(processId));
    const present = others.filter((other) => !isOver(other));
    this.pauseFor(Math.max(0, ...present.map(({ pausedForMs }) => pausedForMs)));

    const total = Math.min(this.#requestsPerSecond, ...present.map(({ requestsPerSecond }) => requestsPerSecond));
    const own = { processId: this.#processId, wanted: this.#wanted };
    // Who wants more than everything is as needy as another: each knows its own present wish and the others' last one.
    const demands = [own, ...present.filter((one) => !one.isLeaving)].map(({ processId, wanted }) => ({
      processId,
      wanted: Math.min(wanted, total),
    }));
    const spare = keptFree(total, this.#wanted);
    const fair = fairShares(total - spare, demands).get(this.#processId) ?? 0;
    const free = total - present.reduce((sum, { held }) => sum + held, 0);
    this.#share = Math.max(0, Math.min(fair, free, Math.max(free - spare, spare)));
    // Less at once, more when the lease is kept.
    this.limit = Math.min(this.limit, this.#share);
    return {
      lease: this.#lease(),
      lastsMs: LEASE_MS,
      expired: others.filter(isOver).map(({ processId }) => processId),
    };
  }

  #lease(): RequestLease {
    return {
      held: Math.max(this.#share, this.taken),
      wanted: this.#wanted,
      requestsPerSecond: this.#requestsPerSecond,
      pausedForMs: Math.max(0, this.#ownPauseUntilMs - performance.now()),
      isLeaving: this.#hasLeft,
    };
  }

  get #wanted(): number {
    return this.#hasLeft ? 0 : this.taken + this.waiting;
  }

  #renewedInTime(nowMs: number): boolean {
    return nowMs - this.#renewedAtMs <= STEADY_MS;
  }
}
