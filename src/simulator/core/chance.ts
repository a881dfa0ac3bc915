/**
 * A number in [0, 1) that depends only on the seed and the names. A stream of random numbers would give different results
 * whenever two requests change places; this way the same happens to the same order in every run with the same seed.
 */
export function chance(seed: number, ...names: readonly (string | number)[]): number {
  // FNV-1a, then MurmurHash3's finaliser: FNV's own low bits differ too little between names that end alike.
  let hash = 0x811c9dc5 ^ seed;
  for (const character of names.join('\u0000')) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
