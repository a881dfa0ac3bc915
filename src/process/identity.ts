/** By what name somebody, or a process, is recorded, as far as we know it ourselves. */
import { hostname, userInfo } from 'node:os';

/** Whoever runs a command on this machine. */
export function commandIdentity(): string {
  return `cli:${userName()}@${hostname()}`;
}

/** This process, as Temporal names a worker that is given no other name. */
export function processName(): string {
  return `${process.pid}@${hostname()}`;
}

/** A container may run as a user without an entry in its list of users. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
