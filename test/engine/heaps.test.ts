import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { cachedWorkflows } from '../../src/engine/heaps.ts';

describe('the workflows that a worker keeps in memory', () => {
  it.each([
    ['of a machine with much memory', 4_288, 1_250],
    ['of a container of 1 GiB', 704, 1_030],
    ['of a container of 512 MiB', 448, 390],
    ['that is hardly enough to start', 250, 50],
  ])('are as many as fit into the heap %s', (_what, heapLimitMib, count) => {
    expect(cachedWorkflows(heapLimitMib)).toBe(count);
  });

  it('are fewer where Node is told to take less', async () => {
    const print = `console.log((await import('./src/engine/heaps.ts')).cachedWorkflows())`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--max-old-space-size=256', '-e', print]);
    expect(Number(stdout)).toBe(390);
  });
});
