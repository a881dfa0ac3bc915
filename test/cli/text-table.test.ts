import { describe, expect, it } from '@jest/globals';
import { pairs, plain, table } from '../../src/cli/text-table.ts';

describe('a table', () => {
  it('aligns its columns by the visible text, with or without colours', () => {
    const rows = [
      ['\u001b[32mok\u001b[39m', '1'],
      ['longer', '22'],
    ];
    expect(table(['NAME', 'N'], rows).split('\n')).toEqual([
      'NAME    N',
      '\u001b[32mok\u001b[39m      1',
      'longer  22',
    ]);
  });

  it('leaves out pairs without a value', () => {
    expect(
      pairs([
        ['a', '1'],
        ['empty', null],
        ['long', '2'],
      ]),
    ).toBe('  a     1\n  long  2');
  });
});

describe('text from outside', () => {
  it('cannot move the cursor, change colours or fake a line', () => {
    expect(plain('a\u001b[31mred\u001b[2J\nb\rc\u0007')).toBe('ared b c ');
  });
});
