/** What the engine's processes measured of the clocks while the orders lived, as a file of the bundle, and back. */
import { isRecord } from '../../domain/field-error.ts';
import { camelKeys, snakeKeys } from '../../domain/names.ts';
import { CLOCK_NAMES, type ClockOffset } from '../../ports/clocks.ts';
import { BundleError } from './manifest.ts';

export function clockOffsetsFile(offsets: readonly ClockOffset[]): Uint8Array {
  return Buffer.from(`${JSON.stringify(offsets.map(snakeKeys), null, 2)}\n`);
}

/** Throws BundleError. */
export function clockOffsetsIn(bytes: Uint8Array): ClockOffset[] {
  return parse(bytes).map((row) => {
    if (!isRecord(row)) throw new BundleError('a row is not an object');
    const { process, clock, offset_ms, measured_at } = row;
    const isWhole =
      typeof process === 'string' &&
      CLOCK_NAMES.some((name) => name === clock) &&
      Number.isInteger(offset_ms) &&
      typeof measured_at === 'string' &&
      !Number.isNaN(Date.parse(measured_at));
    if (!isWhole) throw new BundleError('a row has no process, clock, offset_ms or measured_at');
    return camelKeys<ClockOffset>(row);
  });
}

function parse(bytes: Uint8Array): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    if (Array.isArray(value)) return value;
  } catch {
    // Said below.
  }
  throw new BundleError('it is not a JSON list');
}
