/** Who this is, as far as we know it ourselves: the person, the process and the version that are recorded and reported. */
import { readFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';

/** Whoever runs a command on this machine. */
export function commandIdentity(): string {
  return `cli:${userName()}@${hostname()}`;
}

/** This process, as Temporal names a worker that is given no other name. */
export function processName(): string {
  return `${process.pid}@${hostname()}`;
}

/** Of this package. */
export function ownVersion(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

/** A container may run as a user without an entry in its list of users. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
