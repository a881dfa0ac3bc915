/**
 * How many requests may go out: at most so many in any second, the important ones first. Each takes a slot, so the limit
 * holds for every second, not only for whole ones, for a placement that had to wait for the database between its
 * reservation and its POST, and for requests that a stalled network delivers together.
 */
import type { RequestPriority } from '../../ports/exchange.ts';
import { BackOff } from './back-off.ts';
import { FairQueue } from './fair-queue.ts';
import { RequestSlots, UNUSED_MS, type RequestSlot } from './request-slots.ts';

const AWAKE_MS = 1_000;

export class RequestBudget {
  readonly #queue = new FairQueue<(slot: RequestSlot) => void>();
  readonly #backOff = new BackOff(() => this.#admit());
  readonly #slots = new RequestSlots(
    () => this.#admit(),
    () => this.#countLate(),
  );
  #limit: number;
  #reserved: RequestSlot[] = [];
  /** The slots' own timers don't keep the process alive; somebody who waits for one does, if any can come. */
  #awake: NodeJS.Timeout | null = null;

  constructor(requestsPerSecond: number) {
    this.#limit = requestsPerSecond;
  }

  /** Slots that are taken now: of requests that are about to go out, unanswered, or answered within the last second. */
  get taken(): number {
    return this.#slots.taken;
  }

  get waiting(): number {
    return this.#queue.size;
  }

  get waitingByPriority(): Record<RequestPriority, number> {
    return this.#queue.sizes;
  }

  /** Requests in a second. A smaller one takes no slot back: it holds once those beyond it are free. */
  get limit(): number {
    return this.#limit;
  }

  set limit(requestsPerSecond: number) {
    this.#limit = requestsPerSecond;
    this.#admit();
  }

  /**
   * Waits for a slot. Rejects with the signal's reason when it aborts first, and leaves the queue.
   *
   * @param bot - Whose request it is: within a class bots take turns. Default: nobody's, who are one bot together.
   */
  acquire(priority: RequestPriority, signal?: AbortSignal, bot = ''): Promise<RequestSlot> {
    return new Promise<RequestSlot>((resolve, reject) => {
      signal?.throwIfAborted();
      const giveUp = () => {
        this.#queue.remove(enter);
        this.#stayAwake();
        reject(signal?.reason);
      };
      const enter = (slot: RequestSlot) => {
        signal?.removeEventListener('abort', giveUp);
        resolve(slot);
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      this.#queue.add(priority, bot, enter);
      this.#admit();
    });
  }

  /** Half of the slots are free, and nobody waits for one. */
  get hasRoom(): boolean {
    return this.#isOpen && this.#queue.size === 0 && this.taken * 2 <= this.#limit;
  }

  /** Takes a slot for the placement that follows, which must not wait once its attempt is committed. */
  async reserve(bot: string, signal?: AbortSignal): Promise<void> {
    this.#keepReserved(await this.acquire('placement', signal, bot));
  }

  /** The same without waiting: false when no slot is free, or when others wait for it. */
  tryReserve(): boolean {
    if (!this.#isOpen || this.#queue.size > 0) return false;
    this.#keepReserved(this.#slots.take());
    return true;
  }

  /** The oldest reserved slot; whose it was does not matter, only that as many go out as were counted. */
  takeReserved(): RequestSlot | undefined {
    return this.#reserved.shift();
  }

  /** For a placement whose reserved slot lapsed: it goes out all the same, and is counted as soon as there is room. */
  lateSlot(): RequestSlot {
    return { markSent: () => this.#countLate(), markAnswered: () => undefined, release: () => undefined };
  }

  /** How long nothing goes out from now on; 0 when it does. */
  get pausedForMs(): number {
    return this.#backOff.pausedForMs;
  }

  /**
   * After a 429: nothing goes out for as long as the exchange says, or else for a while that grows each time until a
   * request gets through. False when the budget is paused already, because other requests were on their way.
   */
  backOff(retryAfterMs: number | null): boolean {
    return this.#backOff.begin(retryAfterMs);
  }

  /** Nothing goes out for so long, or for as long as it is paused already, whichever is longer. */
  pauseFor(ms: number): void {
    this.#backOff.pauseFor(ms);
  }

  /** After any other answer the next pause is short again. */
  resetBackOff(): void {
    this.#backOff.reset();
  }

  get #isOpen(): boolean {
    return !this.#backOff.isPaused && this.taken < this.#limit;
  }

  #keepReserved(slot: RequestSlot): void {
    this.#reserved.push(slot);
    setTimeout(() => {
      this.#reserved = this.#reserved.filter((other) => other !== slot);
    }, UNUSED_MS).unref();
  }

  #admit(): void {
    while (this.#isOpen) {
      const enter = this.#queue.next();
      if (enter === undefined) break;
      enter(this.#slots.take());
    }
    this.#stayAwake();
  }

  #stayAwake(): void {
    if (this.#queue.size > 0 && this.#limit > 0) {
      this.#awake ??= setInterval(() => undefined, AWAKE_MS);
    } else if (this.#awake !== null) {
      clearInterval(this.#awake);
      this.#awake = null;
    }
  }

  /** A request whose slot lapsed goes out all the same, and is counted as soon as there is room. */
  #countLate(): void {
    this.acquire('placement').then(
      (slot) => {
        slot.markSent();
        slot.release();
      },
      () => undefined,
    );
  }
}
