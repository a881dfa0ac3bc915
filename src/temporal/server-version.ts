/** The version of the Temporal server, and what it means for an engine. */
import type { ConnectionLike } from '@temporalio/client';

/** As the README says: those on which the tests are run. */
export const SUPPORTED_SERVERS = ['1.29', '1.31', '1.32'];

/** The first server that informs a run that its version is no longer the current one. */
const VERSIONING_SINCE = '1.31';

export async function serverVersion({ workflowService }: ConnectionLike): Promise<string> {
  return (await workflowService.getSystemInfo({})).serverVersion;
}

export function isSupported(version: string): boolean {
  const [major, minor] = numbersOf(version);
  return SUPPORTED_SERVERS.includes(`${major}.${minor}`);
}

/**
 * Why workers can't have versions: an order that rests would never leave the version that began it. Null where they can.
 */
export function versioningProblem(version: string): { says: string; remedy: string } | null {
  const [major, minor] = numbersOf(version);
  const [sinceMajor, sinceMinor] = numbersOf(VERSIONING_SINCE);
  if (major > sinceMajor || (major === sinceMajor && minor >= sinceMinor)) return null;
  return {
    says: `ORDER_SYNC_DEPLOYMENT_NAME needs a Temporal server of version ${VERSIONING_SINCE} or later, and this one is ${version}`,
    remedy: 'leave it unset, and restart the workers one after the other',
  };
}

/** Rejects where workers are to have versions and the server does not suffice for that. */
export async function requireVersioning(connection: ConnectionLike): Promise<void> {
  const problem = versioningProblem(await serverVersion(connection));
  if (problem !== null) throw new Error(`${problem.says}: ${problem.remedy}`);
}

function numbersOf(version: string): [major: number, minor: number] {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return [major, minor];
}
