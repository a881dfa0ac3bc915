import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hasTest } from '../support/test-titles.ts';
import { check, mustPass, type Outcome } from './check.ts';
import { applyPatch, makeCopy, type Copy } from './copy.ts';
import { readDefects, ROOT, type Defect } from './defect.ts';
import { DOCUMENT, withDefects } from './document.ts';

const DEFECTS = readDefects();

describe('the deliberate defects', () => {
  it('all apply to the current sources', async () => {
    const misfits = await Promise.all(
      DEFECTS.map((defect) => applyPatch(defect, ROOT, '--check').then(() => null, String)),
    );
    expect(misfits.filter((misfit) => misfit !== null)).toEqual([]);
  });

  it('name existing tests', () => {
    const named = DEFECTS.flatMap(({ name, tests }) => tests.map((test) => ({ name, ...test })));
    expect(named.filter(({ file, title }) => !hasTest(join(ROOT, file), title))).toEqual([]);
  });

  it('are those of docs/reliability.md; if not, run `npm run defects -- --write`', () => {
    const document = readFileSync(DOCUMENT, 'utf8');
    expect(withDefects(document, DEFECTS)).toBe(document);
  });
});

describe('a defect', () => {
  const file = 'test/domain/decimal.test.ts';
  const BEYOND_NUMBERS = { file, title: 'are compared by value, beyond the precision of a number' };
  const SIGN_ALONE = { file, title: 'is positive when it has a digit other than zero' };
  const { signal } = new AbortController();
  let copy: Copy;
  beforeAll(async () => {
    copy = await makeCopy();
  });
  afterAll(() => copy.remove());

  it.each<[string, Partial<Defect>, { outcome: Outcome; why: unknown }]>([
    ['is caught when its tests fail', {}, { outcome: 'caught', why: null }],
    [
      'has survived when one of its tests passes',
      { tests: [BEYOND_NUMBERS, SIGN_ALONE] },
      { outcome: 'survived', why: expect.stringContaining(SIGN_ALONE.title) },
    ],
    [
      'proves nothing when a test did not run',
      { tests: [{ file, title: 'are compared' }] },
      { outcome: 'error', why: `did not run: ${file}: are compared` },
    ],
    [
      'proves nothing when it no longer applies',
      { path: join(ROOT, 'README.md') },
      { outcome: 'error', why: expect.stringContaining('must be renewed') },
    ],
  ])('%s', async (_what, change, checked) => {
    const defect = { ...wrong(), ...change };
    expect(await check(copy, defect, signal)).toMatchObject(checked);
    await mustPass(copy, [BEYOND_NUMBERS], signal);
  });

  it('is not run against a test that fails anyway', async () => {
    await copy.put(wrong());
    await expect(mustPass(copy, [BEYOND_NUMBERS], signal)).rejects.toThrow(`${BEYOND_NUMBERS.title}: failed`);
    await copy.take(wrong());
  });

  it('needs a header that says what it is, what it would cost, and what must fail', () => {
    writeFileSync(join(copy.folder, 'bare.patch'), 'Title: decimals are numbers\n\ndiff --git a/x b/x\n');
    expect(() => readDefects(copy.folder)).toThrow('bare.patch needs the lines "Title: …", "Cost: …" and "Test: ');
  });

  /** Decimals that are compared as numbers. */
  function wrong(): Defect {
    const path = join(copy.folder, 'wrong.diff');
    const diff = [
      'diff --git a/src/domain/decimal.ts b/src/domain/decimal.ts',
      '--- a/src/domain/decimal.ts',
      '+++ b/src/domain/decimal.ts',
      '@@ -7,3 +7,3 @@',
      ' export function compareDecimals(a: string, b: string): number {',
      '-  return new Big(a).cmp(b);',
      '+  return Number(a) - Number(b);',
      ' }',
    ];
    writeFileSync(path, `${diff.join('\n')}\n`);
    return { name: 'wrong', title: 'Decimals are numbers', cost: 'Digits', tests: [BEYOND_NUMBERS], path };
  }
});
