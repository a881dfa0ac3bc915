/** The Temporal server of one run, as `--temporal` names it. */
import { versionIn } from '../test/servers/production-build.ts';
import { makeNamespace } from '../test/servers/namespace.ts';
import { startProductionServer } from '../test/servers/production-server.ts';
import type { TemporalServer } from './test-bed.ts';

/**
 * `postgres` or `postgres@1.31.2` starts a server for the run; a host and port names one that is running already. Either
 * way the run has a namespace of its own, so that it does not meet other workflows and schedules.
 */
export async function startTemporalServer(
  given: string,
  onProgress: (line: string) => void,
  signal: AbortSignal,
): Promise<TemporalServer> {
  const version = versionIn(given);
  const server =
    version === null
      ? { address: given, pids: [], stop: async () => undefined }
      : await startProductionServer({ version, onProgress, signal });
  const namespace = `bench-${Date.now().toString(36)}`;
  try {
    await makeNamespace(server.address, namespace, signal);
    return { ...server, namespace };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
