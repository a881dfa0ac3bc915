import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import type { RequestPriority } from '../../src/ports/exchange.ts';
import { RequestBudget } from '../../src/coinbase/budget/request-budget.ts';
import type { RequestSlot } from '../../src/coinbase/budget/request-slots.ts';

const PRIORITIES = ['shared', 'placement', 'urgent', 'blocked-bot', 'sweep'] as const;
/** How long a slot stays taken whose request is answered at once. */
const WINDOW_MS = 1_050;

// The clock moves only as far as a test waits: a busy machine changes no figure.
beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const sleep = (ms: number) => jest.advanceTimersByTimeAsync(ms);

/** Lets the clock run until the promise is settled, for a minute at most. */
async function elapse<Result>(promise: Promise<Result>): Promise<Result> {
  let isSettled = false;
  const note = (): void => {
    isSettled = true;
  };
  promise.then(note, note);
  for (let ms = 0; ms < 60_000 && !isSettled; ms += 10) await sleep(10);
  if (!isSettled) throw new Error('still waiting after a minute');
  return promise;
}

/** Sends a request that is answered at once. */
function send(slot: RequestSlot): void {
  slot.markSent();
  slot.markAnswered();
}

/** Takes a slot, uses it, and says when. */
async function request(budget: RequestBudget, sent: number[], priority: RequestPriority) {
  send(await budget.acquire(priority));
  sent.push(performance.now());
}

/** The largest number of times that lie within one second of each other. */
function busiestSecond(times: readonly number[]): number {
  return Math.max(...times.map((from) => times.filter((time) => time >= from && time < from + 1000).length));
}

/** So many at once; each is told to `admit` as its slot comes. */
function enqueue(
  budget: RequestBudget,
  priority: RequestPriority,
  size: number,
  admit: (slot: RequestSlot) => void,
): void {
  for (let one = 0; one < size; one += 1) {
    void budget.acquire(priority).then((slot) => {
      admit(slot);
    });
  }
}

/** For each time in which a class waited without a break: how many slots were given, and how many to it. */
function spells(
  priority: RequestPriority,
  admitted: readonly RequestPriority[],
  waiting: readonly RequestPriority[][],
): { got: number; of: number }[] {
  const found = [{ got: 0, of: 0 }];
  admitted.forEach((who, index) => {
    const spell = found.at(-1);
    if (spell === undefined || !waiting[index]?.includes(priority)) return void found.push({ got: 0, of: 0 });
    spell.of += 1;
    if (who === priority) spell.got += 1;
  });
  return found;
}

describe('the request budget', () => {
  it('never lets more than its limit out in any second, wherever the second begins', async () => {
    const budget = new RequestBudget(5);
    const sent: number[] = [];
    const early = Array.from({ length: 3 }, () => request(budget, sent, 'urgent'));
    await sleep(600);
    await elapse(Promise.all([...early, ...Array.from({ length: 12 }, () => request(budget, sent, 'sweep'))]));
    expect(sent).toHaveLength(15);
    expect(busiestSecond(sent)).toBe(5);
  });

  it('counts a reserved placement from when it is sent, not from when it was reserved', async () => {
    const budget = new RequestBudget(2);
    const sent: number[] = [];
    await elapse(Promise.all([budget.reserve('bot7'), budget.reserve('bot7')]));
    const later = Array.from({ length: 2 }, () => request(budget, sent, 'urgent'));
    await sleep(900);
    for (let count = 0; count < 2; count += 1) {
      const slot = budget.takeReserved();
      if (slot !== undefined) send(slot);
      sent.push(performance.now());
    }
    await elapse(Promise.all(later));
    expect(busiestSecond(sent)).toBe(2);
  });

  it('counts a request from its answer, if that comes late: the exchange may have counted it only then', async () => {
    for (const answeredAfterMs of [800, 4_000]) {
      const budget = new RequestBudget(1);
      const slot = await elapse(budget.acquire('urgent'));
      slot.markSent();
      await sleep(answeredAfterMs);
      expect(budget.taken).toBe(1);
      slot.markAnswered();
      const from = performance.now();
      await elapse(budget.acquire('urgent'));
      expect(performance.now() - from).toBe(1_000);
    }
  });

  it('keeps no slot for a slow answer once a later request was answered', async () => {
    const budget = new RequestBudget(3);
    const [slow, quick, last] = await Promise.all([1, 2, 3].map(() => budget.acquire('urgent')));
    slow?.markSent();
    quick?.markSent();
    last?.markSent();
    await sleep(3_000);
    expect(budget.taken).toBe(3);
    quick?.markAnswered();
    await sleep(1_000);
    expect(budget.taken).toBe(1); // the last one: nothing sent after it was answered
    slow?.markAnswered();
    await sleep(3_000);
    expect(budget.taken).toBe(1);
    last?.release();
    await sleep(999);
    expect(budget.taken).toBe(1);
    await sleep(1);
    expect(budget.taken).toBe(0);
  });

  it('keeps to its limit when the network holds back all requests for a while, and delivers them together', async () => {
    const budget = new RequestBudget(5);
    const arrivals: number[] = [];
    const held: RequestSlot[] = [];
    let isStalled = false;
    const arrive = (slot: RequestSlot): void => {
      arrivals.push(performance.now());
      slot.markAnswered();
    };
    enqueue(budget, 'urgent', 60, (slot) => {
      slot.markSent();
      if (isStalled) held.push(slot);
      else arrive(slot);
    });
    for (let stall = 0; stall < 3; stall += 1) {
      await sleep(1_300);
      isStalled = true;
      await sleep(2_400);
      isStalled = false;
      for (const slot of held.splice(0)) arrive(slot);
    }
    await sleep(20_000);
    expect(arrivals).toHaveLength(60);
    expect(busiestSecond(arrivals)).toBe(5);
  });

  it('takes a reserved slot back if nobody uses it', async () => {
    const budget = new RequestBudget(1);
    await elapse(budget.reserve('bot7'));
    const from = performance.now();
    await elapse(budget.acquire('sweep'));
    expect(performance.now() - from).toBeGreaterThan(1500);
    expect(performance.now() - from).toBeLessThan(2500);
  });

  it('counts a placement whose reservation lapsed, though it goes out at once', async () => {
    const budget = new RequestBudget(1);
    const from = performance.now();
    budget.lateSlot().markSent();
    await elapse(budget.acquire('sweep'));
    expect(performance.now() - from).toBeGreaterThan(950);
  });

  it('takes a reserved slot back at once if its placement is not sent', async () => {
    const budget = new RequestBudget(1);
    await budget.reserve('bot7');
    const next = budget.acquire('sweep');
    expect(budget.waiting).toBe(1);
    budget.takeReserved()?.release();
    await next;
    expect(budget.takeReserved()).toBeUndefined();
  });

  it('does not take back a slot whose request was sent', async () => {
    const budget = new RequestBudget(1);
    const slot = await budget.acquire('urgent');
    slot.markSent();
    slot.release();
    expect(budget.taken).toBe(1);
    await sleep(WINDOW_MS);
    expect(budget.taken).toBe(0);
    slot.release();
    expect(budget.taken).toBe(0);
  });

  it('reserves without waiting only while a slot is free and nobody waits for one', async () => {
    const budget = new RequestBudget(2);
    expect([budget.tryReserve(), budget.tryReserve(), budget.tryReserve()]).toEqual([true, true, false]);
    const waits = budget.acquire('sweep');
    budget.takeReserved()?.release();
    await waits;
    expect(budget.tryReserve()).toBe(false);
    budget.takeReserved()?.release();
    expect(budget.tryReserve()).toBe(true);
  });

  it('reserves nothing without waiting while the exchange has it paused', async () => {
    const budget = new RequestBudget(2);
    budget.backOff(300);
    expect(budget.tryReserve()).toBe(false);
    await sleep(300);
    expect(budget.tryReserve()).toBe(true);
  });

  it('has room while at least half of it is free and it is not paused', async () => {
    const budget = new RequestBudget(4);
    const room = [budget.hasRoom];
    for (let taken = 1; taken <= 4; taken += 1) {
      budget.tryReserve();
      room.push(budget.hasRoom);
    }
    expect(room).toEqual([true, true, true, false, false]);
    expect(new RequestBudget(0).hasRoom).toBe(false);
    const paused = new RequestBudget(4);
    paused.backOff(300);
    expect(paused.hasRoom).toBe(false);
  });

  it('serves shared requests first, then placements, then urgent requests, then blocked bots, then sweeps', async () => {
    const budget = new RequestBudget(1);
    send(await elapse(budget.acquire('sweep')));
    const order: string[] = [];
    const waiting = PRIORITIES.toReversed().map(async (priority) => {
      const slot = await budget.acquire(priority);
      order.push(priority);
      send(slot);
    });
    await elapse(Promise.all(waiting));
    expect(order).toEqual(PRIORITIES);
  });

  it('gives each class that waits one slot in ten, and the rest to the most important', async () => {
    const budget = new RequestBudget(10);
    const counts = { shared: 0, placement: 0, urgent: 0, 'blocked-bot': 0, sweep: 0 };
    for (const priority of PRIORITIES) {
      enqueue(budget, priority, 200, (slot) => {
        send(slot);
        counts[priority] += 1;
      });
    }
    await sleep(10);
    expect(counts.shared).toBe(10); // nobody else was there yet
    await sleep(10 * WINDOW_MS);
    expect(counts).toEqual({ shared: 10 + 63, placement: 10, urgent: 9, 'blocked-bot': 9, sweep: 9 });
  });

  it('serves twenty bots with one order each within a second, although another placed a thousand before them', async () => {
    const budget = new RequestBudget(30);
    const placed: string[] = [];
    const place = (bot: string): void => {
      void budget.acquire('placement', undefined, bot).then((slot) => {
        send(slot);
        placed.push(bot);
      });
    };
    for (let order = 0; order < 1_000; order += 1) place('flood');
    for (let bot = 0; bot < 20; bot += 1) place(`bot ${bot}`);
    await sleep(WINDOW_MS);
    expect(new Set(placed).size).toBe(21);
    await sleep(40 * WINDOW_MS);
    expect(placed).toHaveLength(1_020);
  });

  it('owes a class nothing for the time in which nothing waited in it', async () => {
    const budget = new RequestBudget(1);
    enqueue(budget, 'placement', 100, send);
    await sleep(30 * WINDOW_MS);
    const from = performance.now();
    await elapse(budget.acquire('sweep'));
    expect(performance.now() - from).toBeGreaterThan(8 * WINDOW_MS);
  });

  it('keeps its limit in every second and the share of every class, whatever comes when', async () => {
    const arrivals = fc.array(
      fc.record({
        afterMs: fc.nat(700),
        priority: fc.constantFrom(...PRIORITIES),
        count: fc.integer({ min: 1, max: 40 }),
        thinksMs: fc.nat(400),
      }),
      { minLength: 1, maxLength: 15 },
    );
    const property = fc.asyncProperty(fc.integer({ min: 1, max: 30 }), arrivals, async (limit, groups) => {
      const budget = new RequestBudget(limit);
      const sent: number[] = [];
      const admitted: RequestPriority[] = [];
      const waiting: RequestPriority[][] = [];
      const left = { shared: 0, placement: 0, urgent: 0, 'blocked-bot': 0, sweep: 0 };
      for (const { afterMs, priority, count, thinksMs } of groups) {
        await sleep(afterMs);
        left[priority] += count;
        enqueue(budget, priority, count, (slot) => {
          waiting.push(PRIORITIES.filter((other) => left[other] > 0));
          admitted.push(priority);
          left[priority] -= 1;
          setTimeout(() => {
            send(slot);
            sent.push(performance.now());
          }, thinksMs);
        });
      }
      await sleep((2 + budget.waiting) * 2 * WINDOW_MS);
      expect(sent).toHaveLength(groups.reduce((sum, { count }) => sum + count, 0));
      expect(busiestSecond(sent)).toBeLessThanOrEqual(limit);
      for (const priority of PRIORITIES) {
        for (const { got, of } of spells(priority, admitted, waiting))
          expect(got).toBeGreaterThanOrEqual((of - 12) / 10);
      }
    });
    await fc.assert(property, { numRuns: 60 });
  });

  it('does not miscount a slot that is used after it lapsed', async () => {
    const budget = new RequestBudget(1);
    const slot = await budget.acquire('sweep');
    await sleep(2_500);
    expect(budget.taken).toBe(0);
    slot.markSent();
    expect(budget.taken).toBe(1);
    await sleep(3_000);
    expect(budget.taken).toBe(0);
  });

  it('lets nothing out after its limit was lowered, until enough slots are free again', async () => {
    const budget = new RequestBudget(4);
    const sent: number[] = [];
    await Promise.all(Array.from({ length: 4 }, () => request(budget, sent, 'sweep')));
    budget.limit = 1;
    expect(budget.taken).toBe(4);
    await elapse(Promise.all(Array.from({ length: 3 }, () => request(budget, sent, 'placement'))));
    expect(busiestSecond(sent.slice(4))).toBe(1);
    budget.limit = 4;
    await Promise.all(Array.from({ length: 3 }, () => request(budget, sent, 'sweep')));
    expect(sent).toHaveLength(10);
  });

  it('gives the turn of a request that is aborted to the next one at once', async () => {
    const budget = new RequestBudget(1);
    send(await elapse(budget.acquire('sweep')));
    const abort = new AbortController();
    const impatient = budget.acquire('placement', abort.signal);
    const patient = budget.acquire('sweep');
    const from = performance.now();
    abort.abort(new Error('shutting down'));
    await expect(impatient).rejects.toThrow('shutting down');
    expect(performance.now() - from).toBe(0);
    await elapse(patient);
    expect(performance.now() - from).toBeLessThan(1100);
  });

  it('refuses a request that is aborted already', async () => {
    await expect(new RequestBudget(1).acquire('sweep', AbortSignal.abort(new Error('too late')))).rejects.toThrow(
      'too late',
    );
  });

  it('pauses for as long as the exchange says', async () => {
    const budget = new RequestBudget(100);
    const from = performance.now();
    budget.backOff(300);
    await elapse(budget.acquire('placement'));
    expect(performance.now() - from).toBe(300);
  });

  it('pauses for a second, then for two, and for one again after an answer', async () => {
    const budget = new RequestBudget(100);
    const pauses: number[] = [];
    for (const healed of [false, false, true]) {
      if (healed) budget.resetBackOff();
      const from = performance.now();
      budget.backOff(null);
      budget.backOff(null); // the other requests that were on their way are told the same
      await elapse(budget.acquire('placement'));
      pauses.push(performance.now() - from);
    }
    expect(pauses).toEqual([1000, 2000, 1000]);
  });
});
