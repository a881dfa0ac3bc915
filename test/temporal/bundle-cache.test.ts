import { mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cachedBundle } from '../../src/temporal/bundle-cache.ts';

const KEPT = '.order-sync/workflow-bundle';

let checkout: string;
let bundled: number;
beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'order-sync-checkout-'));
  mkdirSync(join(checkout, 'src', 'workflows'), { recursive: true });
  write('src/workflows/order.ts', 'old');
  write('package-lock.json', '{}');
  bundled = 0;
});
afterEach(() => rmSync(checkout, { recursive: true }));

function write(name: string, text: string): void {
  writeFileSync(join(checkout, name), text);
}

function bundle(): Promise<string> {
  return cachedBundle(checkout, () => Promise.resolve(`code\n${(bundled += 1)}`));
}

describe('the bundle of a checkout', () => {
  it('is built once while nothing changes', async () => {
    expect([await bundle(), await bundle(), await bundle()]).toEqual(Array(3).fill('code\n1'));
  });

  it.each([
    ['another source', () => write('src/workflows/order.ts', 'new')],
    ['one more source', () => write('src/more.ts', '')],
    ['a renamed source', () => [rmSync(join(checkout, 'src/workflows/order.ts')), write('src/order.ts', 'old')]],
    ['other packages', () => write('package-lock.json', '{"lockfileVersion":3}')],
    [
      'a kept bundle that lost its end',
      () => truncateSync(join(checkout, KEPT), statSync(join(checkout, KEPT)).size - 1),
    ],
  ])('is rebuilt with %s', async (_what, change) => {
    await bundle();
    change();
    expect([await bundle(), await bundle()]).toEqual(['code\n2', 'code\n2']);
  });

  it('is not kept if a source changed while it was built', async () => {
    await cachedBundle(checkout, async () => {
      write('src/workflows/order.ts', 'edited');
      return 'of the edited source';
    });
    write('src/workflows/order.ts', 'old');
    expect(await bundle()).toBe('code\n1');
  });

  it('is built each time if it cannot be kept', async () => {
    write('.order-sync', 'in the way');
    expect([await bundle(), await bundle()]).toEqual(['code\n1', 'code\n2']);
  });
});
