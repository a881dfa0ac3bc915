/** The list of what a bundle holds, each file with its SHA-256. */
import { isRecord } from '../../domain/field-error.ts';
import { isBundleFile } from './files.ts';

/** Of another format this program can say nothing. */
const FORMAT = 'order-sync audit bundle, version 1';

export interface Manifest {
  format: typeof FORMAT;
  /** RFC 3339. */
  made_at: string;
  /** The program that made it, with its version. */
  made_by: string;
  orders: number;
  /** Of the transparency log's keys; whoever verifies takes them from elsewhere if possible. Null without a checkpoint. */
  verifier_keys: string[] | null;
  /** SHA-256 in hexadecimal, by the file's path. */
  files: Record<string, string>;
}

/** The bundle is not one: the message says why. */
export class BundleError extends Error {
  override readonly name = 'BundleError';
}

export function manifestOf(parts: Omit<Manifest, 'format'>): Manifest {
  return { format: FORMAT, ...parts };
}

/** Throws BundleError. */
export function parseManifest(text: string): Manifest {
  const manifest = parse(text);
  if (manifest['format'] !== FORMAT)
    throw new BundleError(`manifest.json: format is ${shown(manifest['format'])}, and this program reads "${FORMAT}"`);
  const { made_at, made_by, orders, verifier_keys, files } = manifest;
  if (typeof made_at !== 'string' || typeof made_by !== 'string' || typeof orders !== 'number')
    throw new BundleError('manifest.json: made_at and made_by must be strings, and orders a number');
  if (verifier_keys !== null && !isListOfStrings(verifier_keys))
    throw new BundleError('manifest.json: verifier_keys must be a list of keys, or null');
  if (!isRecord(files)) throw new BundleError('manifest.json: files must be an object of checksums');
  for (const [name, sha256] of Object.entries(files)) {
    if (!isBundleFile(name)) throw new BundleError(`manifest.json: ${shown(name)} is not the name of a bundle's file`);
    if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256))
      throw new BundleError(`manifest.json: the checksum of ${name} is not a SHA-256`);
  }
  return manifestOf({ made_at, made_by, orders, verifier_keys, files: files as Record<string, string> });
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value;
  } catch {
    // Said below.
  }
  throw new BundleError('manifest.json is not a JSON object');
}

function isListOfStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function shown(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 100) ?? 'missing';
}
