/** Limits of the exchange, which can be changed while it runs. */
import { Reader } from '../reader.ts';

/** Limits of the list of orders that only Coinbase's older documentation mentions. */
export interface ListingLimits {
  /** Whether OPEN can be requested together with other statuses; if not, that is answered with 400. */
  openCombines: boolean;
  /** A list of OPEN orders ends after this many (1000), and does not say that there are more; null for all. */
  maxOpenOrders: number | null;
}

export interface Limits extends ListingLimits {
  /** More requests within a second get 429; null for no limit. */
  requestsPerSecond: number | null;
}

const FIELDS: readonly (keyof Limits)[] = ['requestsPerSecond', 'openCombines', 'maxOpenOrders'];

/** Reads some or all of the limits. Throws InvalidArgument, naming the field. */
export function readLimits(value: unknown, path: string): Partial<Limits> {
  const limits = new Reader(value, path, FIELDS);
  for (const field of ['requestsPerSecond', 'maxOpenOrders'] as const) {
    if (limits.has(field) && limits.raw(field) !== null) limits.integer(field, 1);
  }
  if (limits.has('openCombines')) limits.flag('openCombines');
  return value as Partial<Limits>;
}

/** Limits that are not given stay as they are. */
export function setLimits(
  { rateLimit, listing }: { rateLimit: RateLimit; listing: ListingLimits },
  { requestsPerSecond, ...rest }: Partial<Limits>,
): void {
  if (requestsPerSecond !== undefined) rateLimit.set(requestsPerSecond);
  Object.assign(listing, rest);
}

/** Allows a number of requests in any second. */
export class RateLimit {
  #requestsPerSecond: number | null = null;
  /** The times of the requests of the last second, oldest first. */
  #recent: number[] = [];

  /** Null lifts the limit. */
  set(requestsPerSecond: number | null): void {
    this.#requestsPerSecond = requestsPerSecond;
  }

  /** Returns false if the limit is exceeded; the request is not counted then. */
  take(now: number): boolean {
    if (this.#requestsPerSecond === null) return true;
    this.#recent = this.#recent.filter((time) => time > now - 1000);
    if (this.#recent.length >= this.#requestsPerSecond) return false;
    this.#recent.push(now);
    return true;
  }
}
