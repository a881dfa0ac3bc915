import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { RequestBudget } from '../../src/coinbase/request-budget.ts';

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

/** Takes a place, uses it, and says when. */
async function request(budget: RequestBudget, sent: number[], priority: Parameters<RequestBudget['take']>[0]) {
  const place = await budget.take(priority);
  place.use();
  sent.push(performance.now());
}

/** The largest number of times that lie within one second of each other. */
function busiestSecond(times: readonly number[]): number {
  return Math.max(...times.map((from) => times.filter((time) => time >= from && time < from + 1000).length));
}

describe('the request budget', () => {
  it('never lets more than its number out in any second, wherever the second begins', async () => {
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
    await elapse(Promise.all([budget.reserve(), budget.reserve()]));
    const later = Array.from({ length: 2 }, () => request(budget, sent, 'urgent'));
    await sleep(900);
    for (let count = 0; count < 2; count += 1) {
      budget.reserved().use();
      sent.push(performance.now());
    }
    await elapse(Promise.all(later));
    expect(busiestSecond(sent)).toBe(2);
  });

  it('gives a reserved place back when nobody comes for it', async () => {
    const budget = new RequestBudget(1);
    await elapse(budget.reserve());
    const from = performance.now();
    await elapse(budget.take('sweep'));
    expect(performance.now() - from).toBeGreaterThan(1500);
    expect(performance.now() - from).toBeLessThan(2500);
  });

  it('counts a placement whose reservation lapsed, though it goes out at once', async () => {
    const budget = new RequestBudget(1);
    const from = performance.now();
    budget.reserved().use();
    await elapse(budget.take('sweep'));
    expect(performance.now() - from).toBeGreaterThan(950);
  });

  it('serves placements first, then who waits urgently, then blocked bots, then sweeps', async () => {
    const budget = new RequestBudget(1);
    (await elapse(budget.take('sweep'))).use();
    const order: string[] = [];
    const waiting = (['sweep', 'blocked-bot', 'urgent', 'placement'] as const).map(async (priority) => {
      const place = await budget.take(priority);
      order.push(priority);
      place.use();
    });
    await elapse(Promise.all(waiting));
    expect(order).toEqual(['placement', 'urgent', 'blocked-bot', 'sweep']);
  });

  it('gives up the place in the queue of one who aborts, at once and for the next', async () => {
    const budget = new RequestBudget(1);
    (await elapse(budget.take('sweep'))).use();
    const abort = new AbortController();
    const impatient = budget.take('placement', abort.signal);
    const patient = budget.take('sweep');
    const from = performance.now();
    abort.abort(new Error('shutting down'));
    await expect(impatient).rejects.toThrow('shutting down');
    expect(performance.now() - from).toBe(0);
    await elapse(patient);
    expect(performance.now() - from).toBeLessThan(1100);
  });

  it('lets nobody in who has aborted already', async () => {
    await expect(new RequestBudget(1).take('sweep', AbortSignal.abort(new Error('too late')))).rejects.toThrow(
      'too late',
    );
  });

  it('stands still for as long as the exchange says', async () => {
    const budget = new RequestBudget(100);
    const from = performance.now();
    budget.pause(300);
    await elapse(budget.take('placement'));
    expect(performance.now() - from).toBe(300);
  });

  it('stands still for a second, then for two, and for one again after an answer', async () => {
    const budget = new RequestBudget(100);
    const pauses: number[] = [];
    for (const healed of [false, false, true]) {
      if (healed) budget.accepted();
      const from = performance.now();
      budget.pause(null);
      budget.pause(null); // the other requests that were on their way are told the same
      await elapse(budget.take('placement'));
      pauses.push(performance.now() - from);
    }
    expect(pauses).toEqual([1000, 2000, 1000]);
  });
});
