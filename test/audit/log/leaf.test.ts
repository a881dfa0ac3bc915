import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson, hashOfLeaf, leafBytes, leafOf, refOf } from '../../../src/audit/log/leaf.ts';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

describe('canonical JSON', () => {
  it('matches the example of RFC 8785', () => {
    const value: unknown = JSON.parse(String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`);
    expect(text(canonicalJson(value))).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  it('sorts keys by their UTF-16 code units', () => {
    const keys = ['\u20ac', '\r', '\ufb33', '1', '\u{1f600}', '\u0080', '\u00f6'];
    const sorted = text(canonicalJson(Object.fromEntries(keys.map((key) => [key, 0]))));
    expect(Object.keys(JSON.parse(sorted) as object)).toEqual([
      '1',
      '\r',
      '\u0080',
      '\u00f6',
      '\u20ac',
      '\u{1f600}',
      '\ufb33',
    ]);
  });

  it('is the same whatever order the keys come in, and says the same as the value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        fc.pre(JSON.stringify(value).isWellFormed());
        const written = text(canonicalJson(value));
        expect(text(canonicalJson(JSON.parse(written)))).toBe(written);
        expect(text(canonicalJson(withKeysReversed(value)))).toBe(written);
      }),
    );
  });

  it('refuses anything but a JSON value', () => {
    expect(() => canonicalJson(undefined)).toThrow('not a JSON value');
    expect(() => canonicalJson(Number.NaN)).toThrow('NaN');
    expect(() => canonicalJson('\ud800')).toThrow('surrogate');
  });
});

describe('a leaf', () => {
  const fill = {
    id: '7',
    entry_id: 'e-1',
    trade_time: '2026-11-23T12:00:00.5Z',
    price: '21220.6390',
    size: '0.00000010',
    commission: '0',
    size_in_quote: false,
    side: null,
  };

  it('is its row, with times and decimals in one form', () => {
    expect(text(leafBytes(leafOf('fill', fill)))).toBe(
      '{"commission":"0","entry_id":"e-1","id":"7","kind":"fill","price":"21220.639","side":null,"size":"0.0000001",' +
        '"size_in_quote":false,"trade_time":"2026-11-23T12:00:00.500000Z"}',
    );
  });

  it('is the same when it is rebuilt from its own text', () => {
    const { kind, ...columns } = leafOf('fill', fill);
    expect(hashOfLeaf(leafOf(kind, columns))).toEqual(hashOfLeaf(leafOf('fill', fill)));
  });

  it('is another when any of its columns is another', () => {
    const event = { id: '1', at: '2026-11-23T12:00:00.000Z', cause: 'look', evidence: { order: { status: 'OPEN' } } };
    const changes = [
      { at: '2026-11-23T12:00:00.000001Z' },
      { cause: 'push' },
      { evidence: { order: { status: 'FILLED' } } },
      { evidence: null },
      { more: null },
    ];
    const hashes = [{}, ...changes].map((change) => text(hashOfLeaf(leafOf('event', { ...event, ...change }))));
    expect(new Set(hashes).size).toBe(changes.length + 1);
  });

  it('is another when its kind is another', () => {
    expect(hashOfLeaf(leafOf('archive', { id: '1' }))).not.toEqual(hashOfLeaf(leafOf('deletion', { id: '1' })));
  });

  it("has its table's own key as its name", () => {
    expect(refOf(leafOf('fill', fill))).toBe('e-1');
    expect(refOf(leafOf('event', { id: '12' }))).toBe('12');
    expect(refOf(leafOf('archive', { id: '3', run_id: 'run' }))).toBe('run');
  });

  it('refuses a time that is not in UTC, and an invalid decimal', () => {
    expect(() => leafOf('event', { at: '2026-11-23 12:00:00+01' })).toThrow('not a time in UTC');
    expect(() => leafOf('fill', { price: 'much' })).toThrow('Invalid number');
  });
});

function withKeysReversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withKeysReversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, field]) => [key, withKeysReversed(field)]),
  );
}
