/** By what name somebody is recorded beside an order, and in Temporal's history, as far as we know it ourselves. */
import { hostname, userInfo } from 'node:os';

/** Whoever runs a command on this machine. */
export function commandIdentity(): string {
  return `cli:${userName()}@${hostname()}`;
}

/** A container may run as a user without an entry in its list of users. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
