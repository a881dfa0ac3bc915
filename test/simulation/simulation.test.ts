import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { DEFECTS } from './defects.ts';

const LIVES = Number(process.env.ORDER_SYNC_LIVES ?? 10_000);
const SEED = process.env.ORDER_SYNC_SEED ?? '1';

describe('simulated lives', () => {
  it(`break no invariant, seed ${SEED}`, async () => {
    const { output, status } = await simulate('--lives', String(LIVES), '--seed', SEED);
    expect(output).toContain(`${LIVES} lives from seed ${SEED}`);
    expect(status).toBe(0);
  });

  it('are the same with the same seed', async () => {
    const [one, other] = await Promise.all([simulate(...STORY), simulate(...STORY)]);
    expect(one.output).toBe(other.output);
    expect(one.output).toContain('the shortest scenario that still fails');
  });

  it.each(DEFECTS.map(({ name }) => name))('find %s', async (name) => {
    const { output, status } = await simulate('--lives', '10000', '--defect', name);
    expect(output).toContain('the shortest scenario that still fails');
    expect(status).toBe(1);
  });
});

const STORY = ['--lives', '1000', '--defect', DEFECTS[0]?.name ?? ''];

function simulate(...options: string[]): Promise<{ output: string; status: number | null }> {
  return new Promise((resolve) => {
    const main = join(import.meta.dirname, 'main.ts');
    const child = execFile(process.execPath, [main, ...options], (_error, stdout, stderr) =>
      resolve({ output: `${stdout}${stderr}`, status: child.exitCode }),
    );
  });
}
