import { describe, expect, it } from '@jest/globals';
import { parseCsv } from '../../src/cli/adopt/csv.ts';
import { readStuckTrades } from '../../src/cli/adopt/stuck-trades.ts';

function fieldsOf(text: string): string[][] {
  return parseCsv(text).map(({ fields }) => fields);
}

function tradesOf(text: string): [orderId: string, botId: string, lines: number[]][] {
  const read = readStuckTrades(text);
  if (read.kind === 'malformed') throw new Error(read.mistakes.join('\n'));
  return read.trades.map(({ orderId, botId, lines }) => [orderId, botId, lines]);
}

describe('comma-separated values', () => {
  it.each([
    [
      'with line breaks of either kind',
      'a,b\r\nc,d\ne,f\rg,h',
      [
        ['a', 'b'],
        ['c', 'd'],
        ['e', 'f'],
        ['g', 'h'],
      ],
    ],
    [
      'with quotes',
      '"a","b,c"\n"d ""e""","f\ng"',
      [
        ['a', 'b,c'],
        ['d "e"', 'f\ng'],
      ],
    ],
    [
      'with a byte order mark, blanks and blank lines',
      '\ufeff a , b \n\n \n,\nc,d\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'with empty fields',
      'a,,c\n,,d',
      [
        ['a', '', 'c'],
        ['', '', 'd'],
      ],
    ],
    ['that are none', '', []],
  ])('are read %s', (_what, text, fields) => {
    expect(fieldsOf(text)).toEqual(fields);
  });

  it('name the line on which each row begins', () => {
    expect(parseCsv('a\n"b\nb"\n\nc').map(({ line }) => line)).toEqual([1, 2, 5]);
  });

  it.each([
    ['a quote that is never closed', 'a,b\n"c,d\ne,f', 'line 3: the file ends inside a quoted field'],
    ['a quote inside of a field', 'a,b\nc,d"e', 'line 2'],
    ['text behind a quote', 'a,"b"c', 'line 1'],
  ])('are refused with %s', (_what, text, line) => {
    expect(() => parseCsv(text)).toThrow(line);
  });
});

describe('a file of stuck trades', () => {
  it('may have its columns in any order and among others, and names each order once', () => {
    expect(tradesOf('status,bot_id,order_id\npending,bot7,a-1\npending,bot 8,b-2\nstale,bot7,a-1\n')).toEqual([
      ['a-1', 'bot7', [2, 4]],
      ['b-2', 'bot 8', [3]],
    ]);
  });

  const WRONG: readonly [what: string, text: string, mistakes: unknown[]][] = [
    ['nothing', '', ['line 1: a header with the columns order_id and bot_id is needed; order_id and bot_id not found']],
    ['no header', 'a-1,bot7\n', [expect.stringContaining('order_id and bot_id not found')]],
    ['a column missing', 'order_id,bot\na-1,bot7\n', [expect.stringContaining('bot_id not found')]],
    ['a header alone', 'order_id,bot_id\n', ['there is no order below the header']],
    [
      'wrong lines, all of them named',
      'order_id,bot_id\na-1\n,bot7\nb 2,bot7\nc-3,\nd-4,bot7,more\ne-5,bot7\ne-5,bot8\n',
      [
        'line 2: has 1 fields, the header 2',
        'line 3: order_id must be 1 to 128 characters without blanks',
        'line 4: order_id must be 1 to 128 characters without blanks',
        'line 5: bot_id must be 1 to 128 characters without line breaks or other control characters',
        'line 6: has 3 fields, the header 2',
        "line 8: order e-5 is bot8's here and bot7's in line 7",
      ],
    ],
    ['an open quote', 'order_id,bot_id\n"a-1,bot7\n', [expect.stringMatching(/^line 2: .* quote/)]],
    [
      'too many orders',
      `order_id,bot_id\n${'a-1,bot7\n'.repeat(10_001)}`,
      [expect.stringContaining('10001 orders are too many')],
    ],
  ];

  it.each(WRONG)('is refused with %s', (_what, text, mistakes) => {
    expect(readStuckTrades(text)).toEqual({ kind: 'malformed', mistakes });
  });
});
