import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSimulator, type Simulator } from '../../src/simulator/index.ts';

const run = promisify(execFile);

let simulator: Simulator;
let page: string;
beforeAll(async () => {
  simulator = await startSimulator({ keys: [], tickMs: 0 });
  page = await readFile('docs/simulator.md', 'utf8');
});
afterAll(() => simulator.close());

function blocks(language: string): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, text = '']) => text);
}

/** Throws what it printed on stderr where it fails. */
async function answerOf(command: string): Promise<unknown> {
  const here = command.replaceAll('http://127.0.0.1:8099', simulator.url);
  const { stdout } = await run('/bin/sh', ['-c', here], { timeout: 10_000 });
  return JSON.parse(stdout);
}

describe('docs/simulator.md', () => {
  it('has commands that all succeed, and do what the page says', async () => {
    const answers = new Map<string, unknown>();
    for (const command of blocks('sh').flatMap((block) => block.trim().split(/\n(?=curl)/))) {
      answers.set(command, await answerOf(command));
    }
    const answer = (part: string): unknown => [...answers].find(([command]) => command.includes(part))?.[1];
    expect(answers.size).toBeGreaterThan(12);
    expect(answer('/actions')).toMatchObject({ changed: true, order: { filledSize: '0.0025' } });
    expect(simulator.ledger.orderByClientId('by-hand-1')).toMatchObject({ fillCount: 2 });
    expect(simulator.faults.list()).toEqual([]);
  });

  it('has scenarios that can be played', async () => {
    for (const scenario of blocks('json')) {
      const response = await fetch(`${simulator.url}/simulator/scenario`, { method: 'POST', body: scenario });
      expect({ status: response.status, answer: await response.json() }).toEqual({ status: 200, answer: {} });
    }
    expect(simulator.faults.list()).toHaveLength(1);
  });

  it('names every step and every kind of fault', async () => {
    const source = await Promise.all(
      ['core/plan.ts', 'faults/fault-rule.ts', 'faults/push-fault-rule.ts', 'channel/interceptor.ts'].map((file) =>
        readFile(`src/simulator/${file}`, 'utf8'),
      ),
    );
    const names = source.flatMap((text) =>
      [...text.matchAll(/\b(?:do|kind): '([a-z-]+)'/g)].map(([, name = '']) => name),
    );
    expect(names.length).toBeGreaterThan(20);
    expect([...new Set(names)].filter((name) => name !== 'pass' && !page.includes(`\`${name}\``))).toEqual([]);
  });
});
