/** Where the parts that `npm start` runs are found, all on 127.0.0.1, and where they keep their data. */
import { join } from 'node:path';
import type { Settings } from '../engine/settings/settings.ts';
import type { TemporalSettings } from '../engine/settings/temporal.ts';

export const LOCAL_PORTS = {
  temporal: 7233,
  temporalUi: 8233,
  /** Not 5432, which a PostgreSQL of the machine's own would hold. */
  postgres: 54329,
  simulator: 8099,
  http: 8080,
} as const;

/** Loopback in figures: `localhost` may resolve to ::1, where the embedded servers don't listen. */
export const LOCAL_HOST = '127.0.0.1';

/** How to connect to the Temporal server that the settings name, else to the one that `npm start` runs. */
export function temporalOptions({ address, connectionOptions }: TemporalSettings) {
  return { ...connectionOptions.reveal(), address: address ?? `${LOCAL_HOST}:${LOCAL_PORTS.temporal}` };
}

/** `.order-sync` of the present folder. Ignored by git; deleting it forgets every order. */
export function dataFolder(...parts: string[]): string {
  return join(process.cwd(), '.order-sync', ...parts);
}

/** Where the builds of the workflows' code are kept. */
export function buildsFolder({ archive }: { archive: { buildsFolder: string | null } }): string {
  return archive.buildsFolder ?? dataFolder('builds');
}

/** The transparency log's key and published heads: outside of the database, else its owner could recreate both. */
export function logFiles({
  auditKeyFile,
  auditHeadsFile,
}: {
  auditKeyFile: string | null;
  auditHeadsFile: string | null;
}) {
  return {
    keyFile: auditKeyFile ?? dataFolder('audit', 'signing-keys'),
    headsFile: auditHeadsFile ?? dataFolder('audit', 'heads.jsonl'),
  };
}

/** What an engine on this machine takes of the settings, wherever its servers are. */
export function engineOptions(settings: Settings) {
  const { temporal, payloadKeys, reconcileEverySeconds, archive, alertWebhookUrl, heartbeatUrl } = settings;
  return {
    startWithinMs: settings.startWithinSeconds * 1_000,
    deploymentName: temporal.deploymentName,
    payloadKeys,
    reconcileEverySeconds,
    archive: { ...archive, buildsFolder: buildsFolder(settings) },
    alertWebhookUrl,
    heartbeatUrl,
    logFiles: logFiles(settings),
  };
}
