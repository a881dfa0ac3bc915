import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

describe('the demonstration', () => {
  it('trades twenty orders on servers of its own, and all rows are correct', async () => {
    const demo = spawn(process.execPath, [MAIN, 'demo'], { stdio: ['ignore', 'pipe', 'pipe'], timeout: 230_000 });
    let output = '';
    for (const stream of [demo.stdout, demo.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));

    const [status] = (await once(demo, 'close')) as [number | null];

    const wrong = output.split('\n').filter((line) => line.includes(' NO: ') || line.startsWith('error: '));
    expect({ status, wrong }).toEqual({ status: 0, wrong: [] });
    expect(output.split('\n').filter((line) => /^\d\d .* yes *$/.test(line))).toHaveLength(20);
    // Two of the twenty are refused, and one rests.
    expect(output).toContain('17 of 20 would be wrong');
  });
});
