import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { makePayloadKey, readPayloadKeys } from '../../src/encryption/payload-keys.ts';

const [NEW, OLD] = [makePayloadKey('2026-12'), makePayloadKey('2026-11')];

function wrong(text: string): string {
  try {
    readPayloadKeys(text);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing is wrong');
}

describe('payload keys', () => {
  it('are written one on each line, or in one line: the first encrypts', () => {
    for (const text of [`# new\n${NEW}\r\n\n  # old\n${OLD}\n`, `${NEW} ${OLD}`]) {
      const { keys, encryptsWith } = readPayloadKeys(text);
      expect(keys.map(({ id }) => id)).toEqual(['2026-12', '2026-11']);
      expect(encryptsWith).toBe('2026-12');
    }
  });

  it('only decrypt after the word none', () => {
    expect(readPayloadKeys(`none\n${OLD}`)).toMatchObject({ keys: [{ id: '2026-11' }], encryptsWith: null });
  });

  it('are shown by nothing', () => {
    const keys = readPayloadKeys(NEW);
    const secret = NEW.slice('2026-12:'.length);
    for (const shown of [inspect(keys, { depth: 9 }), JSON.stringify(keys)]) expect(shown).not.toContain(secret);
  });

  it('are random', () => {
    expect(makePayloadKey('k')).not.toBe(makePayloadKey('k'));
  });

  const bytes = Buffer.alloc(32, 7).toString('base64');
  it.each([
    ['# nothing but a comment', 'has no key: add one, which `order-sync payload-key <id>` makes'],
    ['none', 'has no key: add one'],
    [bytes, 'must be <id>:<key> in entry 1'],
    [`k1:${bytes} a/b:${bytes}`, 'must be <id>:<key> in entry 2, with an id of 1 to 32 of A-Z a-z 0-9 . _ -'],
    [`${'k'.repeat(33)}:${bytes}`, 'with an id of 1 to 32'],
    [`k1:${bytes} none:${bytes}`, 'uses "none" as an id in entry 2'],
    ['k1:c2hvcnQ=', 'must have 32 bytes in Base64 as the key "k1"'],
    [`k1:${bytes.replace('=', '')}`, 'must have 32 bytes in Base64 as the key "k1"'],
    [`k1:${bytes} k1:${Buffer.alloc(32, 8).toString('base64')}`, 'has the id or the key of "k1" again in entry 2'],
    [`k1:${bytes} k2:${bytes}`, 'has the id or the key of "k1" again in entry 2'],
  ])('are refused with the place and the remedy, and without the key: %s', (text, message) => {
    expect(wrong(text)).toContain(message);
    expect(wrong(text)).not.toContain(bytes.slice(0, 8));
  });
});
