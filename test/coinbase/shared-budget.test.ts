import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { SharedBudget } from '../../src/coinbase/budget/shared-budget.ts';
import { MemoryLeases } from './memory-leases.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.clearAllTimers();
  jest.useRealTimers();
});

const sleep = (ms: number) => jest.advanceTimersByTimeAsync(ms);

/** A process that can send, die and leave. */
class Process {
  readonly budget: SharedBudget;
  readonly sent: number[] = [];
  readonly #way: ReturnType<MemoryLeases['way']>;
  #isDead = false;

  constructor(leases: MemoryLeases, total: number) {
    this.#way = leases.way();
    this.budget = new SharedBudget(total, this.#way);
    this.budget.join().catch(() => undefined);
  }

  /** So many requests at once, each sent as its slot comes, or a little later. */
  want(count: number, thinksMs = 0): void {
    for (let one = 0; one < count; one += 1) {
      void this.budget.acquire('urgent').then((slot) => {
        setTimeout(() => {
          if (this.#isDead) return;
          slot.markSent();
          slot.markAnswered();
          this.sent.push(performance.now());
        }, thinksMs);
      });
    }
  }

  /** From now on it does nothing at all. */
  die(): void {
    this.#isDead = true;
    this.#way.isCut = true;
  }

  sentSince(fromMs: number): number {
    return this.sent.filter((time) => time >= fromMs).length;
  }
}

function busiestSecond(processes: readonly Process[]): number {
  const times = processes.flatMap(({ sent }) => sent).toSorted((a, b) => a - b);
  let from = 0;
  return times.reduce((most, time, index) => {
    while ((times[from] ?? 0) <= time - 1000) from += 1;
    return Math.max(most, index - from + 1);
  }, 0);
}

/** Which of equals gets the odd one is decided by their random ids. */
const shares = (...processes: Process[]): number[] =>
  processes.map(({ budget }) => budget.limit).toSorted((a, b) => a - b);

async function start(leases: MemoryLeases, total = 30): Promise<Process> {
  const process = new Process(leases, total);
  await sleep(0);
  return process;
}

describe('the budget that processes share', () => {
  it('belongs to a single process at once, except for a tenth, or a thirtieth if it wants everything', async () => {
    const alone = await start(new MemoryLeases());
    expect(alone.budget.limit).toBe(27);
    alone.want(1000);
    await sleep(1_100);
    expect(alone.budget.limit).toBe(29);
  });

  it('serves a process at once that starts after the only other one was killed, however much that one wanted', async () => {
    const leases = new MemoryLeases();
    const killed = await start(leases);
    killed.want(1000);
    await sleep(5_000);
    killed.die();
    const next = await start(leases);
    const from = performance.now();
    next.want(1000);
    await sleep(1_900);
    expect(next.sentSince(from)).toBeGreaterThanOrEqual(1);
    await sleep(5_000);
    expect(next.budget.limit).toBe(29);
    expect(busiestSecond([killed, next])).toBeLessThanOrEqual(30);
  });

  it('is divided within seconds when a process joins, and never exceeded, although both want more than there is', async () => {
    const leases = new MemoryLeases();
    const first = await start(leases);
    first.want(1000);
    await sleep(2_300);
    const second = await start(leases);
    second.want(1000);
    expect(second.budget.limit).toBe(1);
    await sleep(3_000);
    expect(shares(first, second)).toEqual([14, 15]);
    await sleep(5_000);
    expect(busiestSecond([first, second])).toBe(30);
  });

  it('serves a process that joins within a second and a half if the budget is not used up', async () => {
    const leases = new MemoryLeases();
    const first = await start(leases);
    first.want(5);
    await sleep(600);
    const command = await start(leases);
    const from = performance.now();
    command.want(2);
    await sleep(1_500);
    expect(command.sentSince(from)).toBe(2);
  });

  it('follows demand', async () => {
    const leases = new MemoryLeases();
    const [idle, busy] = [await start(leases), await start(leases)];
    busy.want(1000);
    await sleep(5_000);
    expect([idle.budget.limit, busy.budget.limit]).toEqual([3, 26]);
    idle.want(1000);
    await sleep(4_000);
    expect(shares(idle, busy)).toEqual([14, 15]);
    expect(busiestSecond([idle, busy])).toBe(29);
  });

  it('gives what a dead process held to the others within seven seconds', async () => {
    const leases = new MemoryLeases();
    const [first, second] = [await start(leases), await start(leases)];
    await sleep(4_000);
    first.die();
    await sleep(4_500);
    expect([13, 14]).toContain(second.budget.limit);
    await sleep(2_500);
    expect(second.budget.limit).toBe(27);
  });

  it('is taken over by a process that starts after the only one died', async () => {
    const leases = new MemoryLeases();
    const first = await start(leases);
    await sleep(1_500);
    first.die();
    const second = await start(leases);
    await sleep(7_000);
    expect(second.budget.limit).toBe(27);
  });

  it('is taken over from a dead process although every renewal takes four seconds', async () => {
    const leases = new MemoryLeases();
    const killed = await start(leases);
    killed.want(1000);
    await sleep(2_000);
    killed.die();
    leases.delayMs = 1_300;
    const next = await start(leases);
    await sleep(60_000);
    expect(next.budget.limit).toBe(27);
  });

  it('gets back what a process had when it stops, except for what it has just sent', async () => {
    const leases = new MemoryLeases();
    const [first, second] = [await start(leases), await start(leases)];
    await sleep(3_000);
    first.want(4);
    await sleep(100);
    await first.budget.leave();
    await sleep(1_000);
    expect(second.budget.limit).toBe(23);
    await sleep(4_000);
    expect(second.budget.limit).toBe(27);
    expect(leases.rows.size).toBe(1);
  });

  it('does not delay a process that stops', async () => {
    const leases = new MemoryLeases();
    const only = await start(leases);
    await only.budget.leave();
    expect(leases.rows.size).toBe(0);
    const next = await start(leases);
    expect(next.budget.limit).toBe(27);
  });

  it('keeps its division while the database is down, and afterwards, when all leases have expired', async () => {
    const leases = new MemoryLeases();
    const [first, second] = [await start(leases), await start(leases)];
    await sleep(4_000);
    leases.isAway = true;
    first.want(2000);
    second.want(2000);
    await sleep(20_000);
    expect(shares(first, second)).toEqual([13, 14]);
    leases.isAway = false;
    await sleep(20_000);
    expect(shares(first, second)).toEqual([14, 15]);
    expect(busiestSecond([first, second])).toBe(29);
  });

  it('pauses everywhere within a second when one process gets a 429', async () => {
    const leases = new MemoryLeases();
    const [limited, other] = [await start(leases), await start(leases)];
    await sleep(2_500);
    other.want(1000);
    limited.budget.backOff(5_000);
    await sleep(1_000);
    const from = performance.now();
    expect(other.budget.pausedForMs).toBeGreaterThan(3_900);
    await sleep(3_900);
    expect(other.sentSince(from)).toBe(0);
    await sleep(2_000);
    expect(other.sentSince(from)).toBeGreaterThan(0);
  });

  it('is the smallest limit that any process has', async () => {
    const leases = new MemoryLeases();
    const generous = await start(leases, 100);
    expect(generous.budget.limit).toBe(90);
    const strict = await start(leases, 20);
    await sleep(3_000);
    expect(generous.budget.limit + strict.budget.limit).toBe(18);
  });

  it('gives a process without a share one, even if there are fewer slots than processes', async () => {
    const leases = new MemoryLeases();
    const processes = [await start(leases, 2), await start(leases, 2), await start(leases, 2)];
    for (const one of processes) one.want(20);
    await sleep(60_000);
    for (const { sent } of processes) expect(sent.length).toBeGreaterThan(10);
    expect(busiestSecond(processes)).toBe(2);
  });

  it('is never exceeded in any second, whatever processes start, want, stop or die, and however the database fails', async () => {
    const steps = fc.array(
      fc.record({
        afterMs: fc.nat(2_500),
        who: fc.nat(9),
        does: fc.oneof(
          { weight: 3, arbitrary: fc.constant('start' as const) },
          { weight: 6, arbitrary: fc.constant('want' as const) },
          { weight: 1, arbitrary: fc.constantFrom('leave' as const, 'die' as const) },
          { weight: 1, arbitrary: fc.constantFrom('away' as const, 'back' as const) },
        ),
        count: fc.integer({ min: 1, max: 150 }),
        thinksMs: fc.nat(1_500),
      }),
      { minLength: 5, maxLength: 40 },
    );
    const property = fc.asyncProperty(
      fc.integer({ min: 1, max: 40 }),
      fc.oneof({ weight: 4, arbitrary: fc.nat(150) }, { weight: 1, arbitrary: fc.nat(2_000) }),
      steps,
      async (total, delayMs, all) => {
        const leases = new MemoryLeases();
        leases.delayMs = delayMs;
        const processes = [new Process(leases, total)];
        for (const { afterMs, who, does, count, thinksMs } of all) {
          const one = processes[who % processes.length];
          if (does === 'start') processes.push(new Process(leases, total));
          if (does === 'want') one?.want(count, thinksMs);
          if (does === 'leave') void one?.budget.leave();
          if (does === 'die') one?.die();
          if (does === 'away' || does === 'back') leases.isAway = does === 'away';
          await sleep(afterMs);
          expect(leases.held).toBeLessThanOrEqual(total);
        }
        leases.isAway = false;
        await sleep(15_000);
        expect(leases.held).toBeLessThanOrEqual(total);
        expect(busiestSecond(processes)).toBeLessThanOrEqual(total);
        jest.clearAllTimers();
      },
    );
    await fc.assert(property, { numRuns: 150 });
  });
});
