import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { RequestBudget } from '../../src/coinbase/request-budget.ts';

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
    await Promise.all([...early, ...Array.from({ length: 12 }, () => request(budget, sent, 'sweep'))]);
    expect(sent).toHaveLength(15);
    expect(busiestSecond(sent)).toBe(5);
  });

  it('counts a reserved placement from when it is sent, not from when it was reserved', async () => {
    const budget = new RequestBudget(2);
    const sent: number[] = [];
    await Promise.all([budget.reserve(), budget.reserve()]);
    const later = Array.from({ length: 2 }, () => request(budget, sent, 'urgent'));
    await sleep(900);
    for (let count = 0; count < 2; count += 1) {
      budget.reserved().use();
      sent.push(performance.now());
    }
    await Promise.all(later);
    expect(busiestSecond(sent)).toBe(2);
  });

  it('gives a reserved place back when nobody comes for it', async () => {
    const budget = new RequestBudget(1);
    await budget.reserve();
    const from = performance.now();
    await budget.take('sweep');
    expect(performance.now() - from).toBeGreaterThan(1500);
    expect(performance.now() - from).toBeLessThan(4000);
  });

  it('counts a placement whose reservation lapsed, though it goes out at once', async () => {
    const budget = new RequestBudget(1);
    const from = performance.now();
    budget.reserved().use();
    await budget.take('sweep');
    expect(performance.now() - from).toBeGreaterThan(950);
  });

  it('serves placements first, then who waits urgently, then blocked bots, then sweeps', async () => {
    const budget = new RequestBudget(1);
    (await budget.take('sweep')).use();
    const order: string[] = [];
    const waiting = (['sweep', 'blocked-bot', 'urgent', 'placement'] as const).map(async (priority) => {
      const place = await budget.take(priority);
      order.push(priority);
      place.use();
    });
    await Promise.all(waiting);
    expect(order).toEqual(['placement', 'urgent', 'blocked-bot', 'sweep']);
  });

  it('gives up the place in the queue of one who aborts, at once and for the next', async () => {
    const budget = new RequestBudget(1);
    (await budget.take('sweep')).use();
    const abort = new AbortController();
    const impatient = budget.take('placement', abort.signal);
    const patient = budget.take('sweep');
    const from = performance.now();
    abort.abort(new Error('shutting down'));
    await expect(impatient).rejects.toThrow('shutting down');
    expect(performance.now() - from).toBeLessThan(500);
    await patient;
    expect(performance.now() - from).toBeLessThan(2000);
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
    await budget.take('placement');
    expect(performance.now() - from).toBeGreaterThan(290);
    expect(performance.now() - from).toBeLessThan(900);
  });

  it('stands still for a second, then for two, and for one again after an answer', async () => {
    const budget = new RequestBudget(100);
    const pauses: number[] = [];
    for (const healed of [false, false, true]) {
      if (healed) budget.accepted();
      const from = performance.now();
      budget.pause(null);
      budget.pause(null); // the other requests that were on their way are told the same
      await budget.take('placement');
      pauses.push(Math.round((performance.now() - from) / 1000));
    }
    expect(pauses).toEqual([1, 2, 1]);
  });
});
