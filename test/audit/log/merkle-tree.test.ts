import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  consistencyProof,
  inclusionProof,
  InclusionVerifier,
  verifyConsistency,
} from '../../../src/audit/log/merkle-proof.ts';
import { EMPTY_ROOT, leafHash, nodeHash, TreeEdge } from '../../../src/audit/log/merkle-tree.ts';
import { memoryTree } from './memory-tree.ts';

/** The leaves, roots and proofs that implementations of Certificate Transparency (RFC 6962) are tested with. */
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const [OF_1, OF_2_3, OF_4, OF_0_1, OF_0_3, OF_4_5, OF_6_7, OF_4_7] = [
  '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
  '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
  'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
  'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
  '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
];
const OF_0 = ROOTS[1];

const known = memoryTree(LEAVES.map((leaf) => leafHash(Buffer.from(leaf, 'hex'))));
const hex = (hash: Uint8Array): string => Buffer.from(hash).toString('hex');

describe('the tree of RFC 6962', () => {
  it.each(ROOTS.map((root, size) => ({ size, root })))('has the known root of $size leaves', ({ size, root }) => {
    expect(hex(known.rootOf(size))).toBe(root);
  });

  it.each([
    { index: 0, size: 1, path: [] },
    { index: 0, size: 8, path: [OF_1, OF_2_3, OF_4_7] },
    { index: 5, size: 8, path: [OF_4, OF_6_7, OF_0_3] },
    { index: 2, size: 3, path: [OF_0_1] },
    { index: 1, size: 5, path: [OF_0, OF_2_3, OF_4] },
  ])('has the known path of leaf $index among $size', ({ index, size, path }) => {
    expect(inclusionProof(index, size, known.hashOf).map(hex)).toEqual(path);
  });

  it.each([
    { from: 1, size: 1, path: [] },
    { from: 1, size: 8, path: [OF_1, OF_2_3, OF_4_7] },
    { from: 6, size: 8, path: [OF_4_5, OF_6_7, OF_0_3] },
    { from: 2, size: 5, path: [OF_2_3, OF_4] },
  ])('has the known proof that $size leaves begin with $from', ({ from, size, path }) => {
    expect(consistencyProof(from, size, known.hashOf).map(hex)).toEqual(path);
  });

  it('refuses positions that it does not have', () => {
    expect(() => inclusionProof(8, 8, known.hashOf)).toThrow('position 8 is not between 0 and 7');
    expect(() => inclusionProof(0, 0, known.hashOf)).toThrow(RangeError);
    expect(() => consistencyProof(9, 8, known.hashOf)).toThrow('position 9 is not between 0 and 8');
    expect(() => consistencyProof(1.5, 8, known.hashOf)).toThrow(RangeError);
  });
});

const MAX_LEAVES = 40;
const all = Array.from({ length: MAX_LEAVES }, (_, index) => leafHash(Buffer.from(`leaf ${index}`)));
const { hashOf, rootOf } = memoryTree(all);
const size = fc.integer({ min: 1, max: MAX_LEAVES });
const twoSizes = fc.tuple(size, size).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as [number, number]);

describe('a growing tree', () => {
  it('has the root that the definition in the RFC gives', () => {
    const byDefinition = (hashes: readonly Uint8Array[]): Uint8Array => {
      if (hashes.length <= 1) return hashes[0] ?? EMPTY_ROOT;
      const middle = 2 ** Math.floor(Math.log2(hashes.length - 1));
      return nodeHash(byDefinition(hashes.slice(0, middle)), byDefinition(hashes.slice(middle)));
    };
    for (let each = 0; each <= MAX_LEAVES; each += 1) expect(rootOf(each)).toEqual(byDefinition(all.slice(0, each)));
  });

  it('grows to the same root wherever its growth was interrupted', () => {
    fc.assert(
      fc.property(twoSizes, ([from, to]) => {
        const edge = new TreeEdge(from, hashOf);
        for (const hash of all.slice(from, to)) edge.append(hash);
        expect(edge.size).toBe(to);
        expect(edge.root()).toEqual(rootOf(to));
      }),
    );
  });
});

describe('a proof of inclusion', () => {
  /** Each has verified other paths before. */
  const trees = Array.from(
    { length: MAX_LEAVES + 1 },
    (_, of) => new InclusionVerifier({ size: of, root: rootOf(of) }),
  );

  it('verifies for every leaf of every tree, and for no other leaf, place or tree', () => {
    for (let of = 1; of <= MAX_LEAVES; of += 1) {
      for (let index = 0; index < of; index += 1) {
        const path = inclusionProof(index, of, hashOf);
        const verify = (hash: Uint8Array | undefined, at: number, length: number): boolean =>
          trees[length]?.verify({ hash: hash ?? EMPTY_ROOT, index: at }, path) ?? false;
        const others = [
          verify(leafHash(Buffer.from('other')), index, of),
          verify(all[index], index + 1, of),
          verify(all[index], index, of === MAX_LEAVES ? of - 1 : of + 1),
        ];
        expect([verify(all[index], index, of), ...others]).toEqual([true, false, false, false]);
      }
    }
  });

  it('fails when a byte of it is changed, or a hash is left out, added or moved', () => {
    const leaf = size.chain((of) => fc.tuple(fc.constant(of), fc.integer({ min: 0, max: of - 1 })));
    fc.assert(
      fc.property(leaf, fc.nat(), fc.integer({ min: 1, max: 255 }), ([of, index], where, change) => {
        const path = inclusionProof(index, of, hashOf);
        const verify = (changed: readonly Uint8Array[]): boolean =>
          trees[of]?.verify({ hash: all[index] ?? EMPTY_ROOT, index }, changed) ?? true;
        expect(verify(path)).toBe(true);
        expect(falsified(path, where, change).filter(verify)).toEqual([]);
      }),
    );
  });
});

describe('a proof of consistency', () => {
  it('verifies between every two trees, and for no tree with another root', () => {
    for (let to = 1; to <= MAX_LEAVES; to += 1) {
      for (let from = 0; from <= to; from += 1) {
        const path = consistencyProof(from, to, hashOf);
        const [earlier, later] = [
          { size: from, root: rootOf(from) },
          { size: to, root: rootOf(to) },
        ];
        const other = leafHash(Buffer.from('other'));
        expect(verifyConsistency(earlier, later, path)).toBe(true);
        expect(verifyConsistency({ ...earlier, root: other }, later, path)).toBe(false);
        // Every tree begins with the empty one.
        expect(verifyConsistency(earlier, { ...later, root: other }, path)).toBe(from === 0);
      }
    }
  });

  it('fails for a tree of which an earlier leaf was changed, left out, inserted or moved', () => {
    const at = fc.integer({ min: 0, max: 26 });
    fc.assert(
      fc.property(at, fc.constantFrom('changed', 'left out', 'inserted', 'moved'), (index, how) => {
        const other = leafHash(Buffer.from('other'));
        const here = all[index] ?? other;
        const next = all[index + 1] ?? other;
        const put = { changed: [other, next], 'left out': [next], inserted: [other, here, next], moved: [next, here] };
        const rewritten = memoryTree([...all.slice(0, index), ...put[how], ...all.slice(index + 2)]);
        const path = consistencyProof(28, 37, rewritten.hashOf);
        const later = { size: 37, root: rewritten.rootOf(37) };
        expect(verifyConsistency({ size: 28, root: rootOf(28) }, later, path)).toBe(false);
      }),
    );
  });

  it('fails when a byte of it is changed, or a hash is left out, added or moved', () => {
    fc.assert(
      fc.property(twoSizes, fc.nat(), fc.integer({ min: 1, max: 255 }), ([from, to], where, change) => {
        const verify = (path: readonly Uint8Array[]): boolean =>
          verifyConsistency({ size: from, root: rootOf(from) }, { size: to, root: rootOf(to) }, path);
        expect(falsified(consistencyProof(from, to, hashOf), where, change).filter(verify)).toEqual([]);
      }),
    );
  });
});

function falsified(path: readonly Uint8Array[], where: number, change: number): Uint8Array[][] {
  const added = [...path, leafHash(Buffer.from('added'))];
  if (path.length === 0) return [added];
  const at = where % path.length;
  const changed = path.map((hash, index) => (index === at ? flipped(hash, where % 32, change) : hash));
  const moved = path.length > 1 ? [[...path.slice(1), ...path.slice(0, 1)]] : [];
  return [added, changed, path.filter((_, index) => index !== at), ...moved];
}

function flipped(hash: Uint8Array, at: number, change: number): Uint8Array {
  return hash.map((byte, index) => (index === at ? byte ^ change : byte));
}
