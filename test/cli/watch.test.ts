import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Trade } from '../../src/domain/order/trade.ts';
import { limitOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { QUICK } from '../support/policies.ts';
import { monitored } from '../support/scenario.ts';
import { eventually } from '../support/waiting.ts';
import { Output } from '../../src/cli/output.ts';
import { run } from '../../src/cli/program.ts';

let test: TestEngine;
beforeAll(async () => {
  test = await startTestEngine();
});
afterAll(() => test?.stop());

interface Watching {
  printed(): string;
  ctrlC(): Promise<number>;
}

/** `list --watch`, until Ctrl-C. */
function watch(argv: readonly string[], { isTTY = false, rows = 24 } = {}): Watching {
  const { environment } = test;
  const stop = new AbortController();
  let printed = '';
  const sink = { isTTY, rows, write: (text: string) => (printed += text) };
  const output = new Output({ out: sink, err: sink, environment: { ...environment, NO_COLOR: '1' } });
  const ended = run(['list', '--watch', ...argv], {
    environment,
    output,
    stop: stop.signal,
    launch: async () => {},
    taskQueue: test.taskQueue,
  });
  return {
    printed: () => printed,
    async ctrlC() {
      stop.abort();
      return ended;
    },
  };
}

async function pending(botId: string): Promise<string> {
  const request = limitOrder({ botId, policy: QUICK });
  await monitored(test, request);
  return request.clientOrderId;
}

function shows(watching: Watching, text: RegExp): Promise<boolean> {
  return eventually(() => text.test(watching.printed()), { withinMs: 10_000, what: String(text) });
}

describe('list --watch', () => {
  it('prints each order once, and then each change, and ends with Ctrl-C', async () => {
    const id = await pending('watched');
    const watching = watch(['--bot', 'watched']);
    await shows(watching, new RegExp(`Z ${id} pending watched BUY BTC-USD\n`));

    test.simulator.exchange.act(id, { do: 'fill' });
    await shows(watching, new RegExp(`Z ${id} completed watched BUY BTC-USD filled 0\\.002 at 50000\n`));

    expect(await watching.ctrlC()).toBe(0);
    expect(
      watching
        .printed()
        .split('\n')
        .filter((line) => line.includes('pending')),
    ).toHaveLength(1);
    expect(watching.printed()).not.toContain('\u001b');
  });

  it('prints what happens to an order that no longer matches the filter', async () => {
    const id = await pending('filtered');
    const watching = watch(['--bot', 'filtered', '--status', 'pending', '--json']);
    await shows(watching, /pending/);

    test.simulator.exchange.act(id, { do: 'fill' });
    await shows(watching, /completed/);
    await watching.ctrlC();

    const records = watching
      .printed()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Trade);
    expect(records.map(({ clientOrderId }) => clientOrderId)).toEqual(records.map(() => id));
    expect(records.at(-1)).toMatchObject({ status: 'completed' });
  });

  it('redraws the table in place on a terminal, as far as it fits', async () => {
    const ids = [await pending('screen'), await pending('screen'), await pending('screen')];
    const watching = watch(['--bot', 'screen'], { isTTY: true, rows: 5 });
    await shows(watching, new RegExp(`${ids[2]} `));

    test.simulator.exchange.act(ids[2] ?? '', { do: 'fill' });
    await shows(watching, new RegExp(`${ids[2]} +completed`));
    await watching.ctrlC();

    const frames = watching.printed().split('\u001b[H').slice(1);
    for (const frame of frames) {
      expect(frame).toMatch(/^\S+Z, Ctrl-C ends\u001b\[K\nCLIENT ORDER ID +STATUS/);
      expect(frame).toContain('\u001b[K\n\u001b[J\u001b[?7h');
      expect(frame.split('\n')).toHaveLength(5);
    }
    expect(frames.join()).not.toContain(ids[0]);
  });

  it('is wrong usage beside a cursor', async () => {
    const watching = watch(['--cursor', 'x']);
    expect(await watching.ctrlC()).toBe(2);
  });
});
