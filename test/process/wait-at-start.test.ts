import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { StartWait, type NeededServer } from '../../src/process/wait-at-start.ts';
import { createLog } from '../../src/process/log.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const SERVER: NeededServer = {
  name: 'the server',
  setting: 'SERVER_URL',
  isUnavailable: (error) => error instanceof Error && error.message.startsWith('refused'),
};

function startWait(withinMs: number, stop?: AbortSignal) {
  const lines: string[] = [];
  const log = createLog({ destination: { write: (line) => void lines.push(line) } });
  return { wait: new StartWait({ withinMs, stop, log }), lines };
}

/** What becomes of the wait, and when. */
async function after<Result>(waiting: Promise<Result>): Promise<{ outcome: Result | Error; ms: number }> {
  const fromMs = performance.now();
  const outcome = waiting.then(
    (result) => result,
    (error: unknown) => error as Error,
  );
  const ended = outcome.then((result) => ({ outcome: result, ms: performance.now() - fromMs }));
  await jest.advanceTimersByTimeAsync(3_600_000);
  return ended;
}

describe('a server that is not there yet', () => {
  it('is asked again until it is there, and logged now and then', async () => {
    const { wait, lines } = startWait(60_000);
    let asked = 0;
    const { outcome, ms } = await after(
      wait.until(SERVER, async () => {
        asked += 1;
        if (asked < 15) throw new Error('refused by the kernel');
        return 'there';
      }),
    );
    expect(outcome).toBe('there');
    expect(ms).toBeGreaterThan(20_000);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/"level":"warn".*waiting for the server.*/);
    expect(lines[0]).toContain('refused by the kernel');
  });

  it('ends the start when the time is up, with the reason, the setting and the remedy', async () => {
    const { wait } = startWait(60_000);
    const { outcome, ms } = await after(wait.until(SERVER, () => Promise.reject(new Error('refused'))));
    expect(outcome).toEqual(
      new Error(
        'refused, after 60 s of waiting (ORDER_SYNC_START_WITHIN_SECONDS). Start the server, or correct SERVER_URL.',
      ),
    );
    expect(ms).toBe(60_000);
  });

  it('has only the time that the servers before it left', async () => {
    const { wait } = startWait(60_000);
    await jest.advanceTimersByTimeAsync(50_000);
    const { ms } = await after(wait.until(SERVER, () => Promise.reject(new Error('refused'))));
    expect(ms).toBe(10_000);
  });

  it('is asked once if there is no time to wait', async () => {
    const { wait, lines } = startWait(0);
    const { outcome, ms } = await after(wait.until(SERVER, () => Promise.reject(new Error('refused'))));
    expect(outcome).toEqual(new Error('refused. Start the server, or correct SERVER_URL.'));
    expect(ms).toBe(0);
    expect(lines).toEqual([]);
  });

  it('is not waited for when it says no', async () => {
    const no = new Error('wrong password');
    const { wait, lines } = startWait(60_000);
    const { outcome, ms } = await after(wait.until(SERVER, () => Promise.reject(no)));
    expect(outcome).toBe(no);
    expect(ms).toBe(0);
    expect(lines).toEqual([]);
  });

  it('is given up at once when the process is to stop, between two attempts and while one hangs', async () => {
    for (const attempt of [() => Promise.reject(new Error('refused')), () => new Promise(() => undefined)]) {
      const stop = new AbortController();
      const { wait } = startWait(60_000, stop.signal);
      setTimeout(() => stop.abort(new Error('enough')), 5_100);
      const { outcome, ms } = await after(wait.until(SERVER, attempt));
      expect(outcome).toEqual(new Error('enough'));
      expect(ms).toBe(5_100);
    }
  });
});
