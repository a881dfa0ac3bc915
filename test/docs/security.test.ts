import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { hasTest } from '../support/test-titles.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** The rows of the tables: what is stated, and the test beside it. */
const STATEMENTS = readFileSync(join(ROOT, 'SECURITY.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/ \| (---|shown by)/.test(line))
  .map((line) => {
    const [, statement = '', path = '', title = ''] = /^\| (.+?) +\| \[.+?\]\((\S+?)\): (.+?) +\|$/.exec(line) ?? [];
    return { statement, path, title };
  });

describe('SECURITY.md', () => {
  it('names an existing test for each statement', () => {
    expect(STATEMENTS.length).toBeGreaterThan(20);
    expect(STATEMENTS.filter(({ path, title }) => path === '' || !hasTest(join(ROOT, path), title))).toEqual([]);
  });
});
