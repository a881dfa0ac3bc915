import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { hasTest } from '../support/test-titles.ts';

const DOCS = join(import.meta.dirname, '..', '..', 'docs');

const NAUTILUS: readonly [first: number, last: number][] = [
  [1, 6],
  [10, 19],
  [20, 27],
  [30, 36],
  [40, 44],
  [50, 53],
  [60, 63],
  [70, 78],
  [80, 87],
  [90, 92],
  [94, 94],
  [96, 96],
  [99, 101],
];
/** How many matrices each group has, `A.1.a` and so on. */
const FIX: Readonly<Record<string, number>> = {
  'A.1': 2,
  'B.1': 6,
  'C.1': 3,
  'C.2': 1,
  'C.3': 3,
  'D.1': 3,
  'D.2': 4,
  'E.1': 4,
  'F.1': 3,
  'G.1': 3,
  'H.1': 4,
  'I.1': 2,
  'J.1': 4,
  'K.1': 2,
  'L.1': 2,
};

/** The rows of the tables: which cases, and what is said of them. */
const ROWS = readFileSync(join(DOCS, 'conformance.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| (TC-E\d|[A-L]\.\d)/.test(line))
  .map((line) => {
    const [, cases = '', , here = ''] = line.split(' | ').flatMap((cell) => cell.split(/^\| | \|$/));
    return { cases: cases.trim().split(', '), here: here.trim().split('<br>') };
  });

describe('the lists of NautilusTrader and FIX', () => {
  it('are complete in docs/conformance.md, each case once', () => {
    const nautilus = NAUTILUS.flatMap(([first, last]) =>
      Array.from({ length: last - first + 1 }, (_, index) => `TC-E${String(first + index).padStart(2, '0')}`),
    );
    const fix = Object.entries(FIX).flatMap(([group, count]) =>
      [...'abcdef'].slice(0, count).map((letter) => `${group}.${letter}`),
    );
    expect(ROWS.flatMap(({ cases }) => cases).toSorted()).toEqual([...nautilus, ...fix].toSorted());
  });

  it('name an existing test for each case, or why it is not offered', () => {
    const wrong = ROWS.flatMap(({ cases, here }) => {
      const tests = here.flatMap((part) => {
        const [, path, title] = /^\[.+\]\((\S+)\): (.+)$/.exec(part) ?? [];
        return path === undefined || title === undefined ? [] : [{ path: join(DOCS, path), title }];
      });
      const missing = tests.filter(({ path, title }) => !hasTest(path, title));
      const saysNothing = tests.length === 0 && !here[0]?.startsWith('Not offered: ');
      return missing.length > 0 || saysNothing ? [{ cases, missing }] : [];
    });
    expect(wrong).toEqual([]);
  });
});
