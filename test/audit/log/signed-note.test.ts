import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openCheckpoint, parseCheckpoint, signCheckpoint } from '../../../src/audit/log/checkpoint.ts';
import { leafHash } from '../../../src/audit/log/merkle-tree.ts';
import {
  createSigningKey,
  encodeSigningKey,
  encodeVerifierKey,
  openNote,
  parseSigningKey,
  parseVerifierKey,
  signNote,
} from '../../../src/audit/log/signed-note.ts';

/** The example in the documentation of golang.org/x/mod/sumdb/note. */
const PETER = {
  signing: 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz',
  verifier: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  text: "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n",
  signature:
    '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n',
};

describe('a signed note', () => {
  it('is identical to the one that Go makes with the same key', () => {
    const key = parseSigningKey(PETER.signing);
    expect(encodeVerifierKey(key)).toBe(PETER.verifier);
    expect(encodeSigningKey(key)).toBe(PETER.signing);
    expect(signNote(PETER.text, [key])).toBe(`${PETER.text}\n${PETER.signature}`);
  });

  it('opens with one of the keys that signed it, and says which', () => {
    const [old, young] = [createSigningKey('log'), createSigningKey('log')];
    const note = signNote('a text\n', [old, young]);
    expect(openNote(note, [old])).toEqual({ text: 'a text\n', signedBy: [old] });
    expect(openNote(note, [young, old]).signedBy).toEqual([old, young]);
  });

  it('does not open with the key of another, even under the same name', () => {
    const note = signNote('a text\n', [createSigningKey('log')]);
    expect(() => openNote(note, [createSigningKey('log')])).toThrow('signed by none of the known keys');
    expect(() => openNote(note, [])).toThrow('signed by none of the known keys');
  });

  it('does not open when a character of its text is changed', () => {
    const note = `${PETER.text}\n${PETER.signature}`;
    const keys = [parseVerifierKey(PETER.verifier)];
    fc.assert(
      fc.property(fc.nat({ max: PETER.text.length - 2 }), fc.constantFrom('x', '\n', '\u00a0'), (at, by) => {
        const changed = note.slice(0, at) + by + note.slice(at + 1);
        fc.pre(changed !== note);
        expect(() => openNote(changed, keys)).toThrow('does not fit the text');
      }),
    );
  });

  it('does not open when any byte of its signature is changed', () => {
    const keys = [parseVerifierKey(PETER.verifier)];
    const [start, base64 = ''] = PETER.signature.trimEnd().split(/ (?=x08go)/);
    for (let at = 0; at < 68; at += 1) {
      const bytes = Buffer.from(base64, 'base64');
      bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
      expect(() => openNote(`${PETER.text}\n${start} ${bytes.toString('base64')}\n`, keys)).toThrow(
        /does not fit|signed by none/,
      );
    }
  });

  it.each(['', 'a text\n', 'a text\n\n', 'a text\n\n— log', 'a text\n\nlog AAAA\n', '\n\n— log AAAA\n'])(
    'is not %j',
    (note) => {
      expect(() => openNote(note, [])).toThrow(/not a sign/);
    },
  );

  it('has keys that are read only whole', () => {
    const changedId = PETER.verifier.replace('c74f20a3', 'c74f20a4');
    for (const text of ['', 'PeterNeumann', changedId, PETER.verifier.replace('ARpc', 'ARpd'), PETER.signing]) {
      expect(() => parseVerifierKey(text)).toThrow('not a verifier key');
    }
    for (const text of ['', PETER.verifier, PETER.signing.replace('c74f20a3', 'c74f20a4')]) {
      expect(() => parseSigningKey(text)).toThrow('not a signing key');
    }
    expect(() => createSigningKey('two words')).toThrow('neither spaces nor a plus sign');
  });
});

describe('a checkpoint', () => {
  const key = createSigningKey('log');
  const root = leafHash(Buffer.from('a leaf'));

  it('is origin, number of leaves and root, one a line', () => {
    const note = signCheckpoint({ origin: 'log', size: 1, root }, [key]);
    expect(note.split('\n').slice(0, 4)).toEqual(['log', '1', Buffer.from(root).toString('base64'), '']);
    expect(openCheckpoint(note, [key])).toEqual({ checkpoint: { origin: 'log', size: 1, root }, signedBy: [key] });
  });

  it('is rejected if the key belongs to another log', () => {
    const note = signCheckpoint({ origin: 'other', size: 1, root }, [key]);
    expect(() => openCheckpoint(note, [key])).toThrow('signed by the key of another log');
  });

  it.each([
    '',
    'log\n1\n',
    'log\n01\nAAAA\n',
    'log\n-1\nAAAA\n',
    `log\n1\n${'A'.repeat(43)}\n`,
    `\n1\n${'A'.repeat(43)}=\n`,
  ])('is not %j', (text) => {
    expect(() => parseCheckpoint(text)).toThrow('not a checkpoint');
  });
});
