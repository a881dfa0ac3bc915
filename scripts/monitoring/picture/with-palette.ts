/** A screenshot with a palette of 256 colours: a third of its size, and nobody sees the difference in a drawing. */
import { decode, encode } from 'fast-png';

const MAX_COLOURS = 256;
/** The eight levels of a channel that differ in its last three bits look alike. */
const LAST_BITS = 3;

type Colour = [red: number, green: number, blue: number];

/** Takes and returns a PNG. */
export function withPalette(png: Uint8Array): Uint8Array {
  const { width, height, channels, data } = decode(png);
  const count = width * height;
  const colourAt = (pixel: number): Colour => {
    const at = pixel * channels;
    return [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0];
  };
  /** By what look alike: how many there are, and one of them. */
  const alike = new Map<number, { pixels: number; colour: Colour }>();
  const keys = Uint16Array.from({ length: count }, (_none, pixel) => {
    const colour = colourAt(pixel);
    const [red, green, blue] = colour.map((level) => level >> LAST_BITS);
    const key = ((red ?? 0) << 10) | ((green ?? 0) << 5) | (blue ?? 0);
    const seen = alike.get(key);
    if (seen === undefined) alike.set(key, { pixels: 1, colour });
    else seen.pixels += 1;
    return key;
  });
  const byFrequency = [...alike.entries()].toSorted(([, a], [, b]) => b.pixels - a.pixels);
  const palette = byFrequency.slice(0, MAX_COLOURS).map(([, { colour }]) => colour);
  const indexOf = new Map(byFrequency.map(([key, { colour }]) => [key, nearest(palette, colour)]));
  const indices = Uint8Array.from(keys, (key) => indexOf.get(key) ?? 0);
  return encode({ width, height, data: indices, channels: 1, depth: 8, palette }, { zlib: { level: 9 } });
}

function nearest(palette: readonly Colour[], [red, green, blue]: Colour): number {
  let best = 0;
  let leastDistance = Infinity;
  palette.forEach(([r, g, b], index) => {
    const distance = (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2;
    if (distance < leastDistance) [best, leastDistance] = [index, distance];
  });
  return best;
}
