import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { limitOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { SLOW } from '../support/policies.ts';
import { monitored } from '../support/scenario.ts';
import { temporalAddress } from '../support/resources.ts';
import { exampleOf, runExample, type Example } from './documents.ts';

let test: TestEngine;
beforeAll(async () => {
  test = await startTestEngine({ http: { host: '127.0.0.1', port: 0, token: null } });
});
afterAll(() => test?.stop());

function run(example: Example): Promise<string[]> {
  const http = test.engine.http?.url ?? '';
  return runExample(example, { temporal: temporalAddress(), taskQueue: test.taskQueue, http });
}

/** Open in the database, and no longer known at the exchange. */
async function forgottenOrder(clientOrderId: string): Promise<void> {
  await monitored(test, limitOrder({ clientOrderId, botId: 'bot9', policy: SLOW }));
  test.simulator.exchange.act(clientOrderId, { do: 'purge' });
}

describe('the examples', () => {
  it('of the README place an order and wait for its end', async () => {
    const example = await exampleOf('README.md');

    const [printed] = await run(example);

    expect(printed).toMatch(/^completed \d+\.\d+ \d+(\.\d+)? true$/);
    expect(await test.trades.find('bot7-20261123-0001')).toMatchObject({ status: 'completed', botId: 'bot7' });
  });

  it('of docs/client.md print what they say', async () => {
    await forgottenOrder('bot9-20261120-0007');
    const example = await exampleOf('docs/client.md');

    expect(await run(example)).toEqual(example.prints);
    expect(example.prints).toHaveLength(17);
  });

  it('are really checked: a wrong type and a run-time error fail', async () => {
    const wrong = (program: string) => run({ program, prints: [] });
    await expect(wrong(`const count: number = 'two';\nconsole.log(count);\n`)).rejects.toThrow(/types.*TS2322/s);
    await expect(wrong(`throw new Error('it broke');\n`)).rejects.toThrow('it broke');
  });
});
