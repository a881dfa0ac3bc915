/** The builds of the workflows' code: a history is replayed by the one that wrote it, so each is kept in a file of its own. */
import { hash, randomUUID } from 'node:crypto';
import { access, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { temporal } from '@temporalio/proto';
import type { WorkflowBundleOption } from '@temporalio/worker';

const DIGITS = 16;

/** The first 16 hexadecimal digits of the SHA-256 of the bundled code. */
export function buildIdOf(code: string): string {
  return hash('sha256', code).slice(0, DIGITS);
}

/**
 * What a worker calls its build, in the histories that it writes. By default the SDK takes a SHA-256 as well, but of code
 * in whose source map it has written the folder in which the worker was started (1.24.0).
 */
export async function workerBuildId(bundle: WorkflowBundleOption): Promise<string> {
  return `order-sync+${hash('sha256', await codeOf(bundle))}`;
}

export async function codeOf(bundle: WorkflowBundleOption): Promise<string> {
  return 'code' in bundle ? bundle.code : await readFile(bundle.codePath, 'utf8');
}

/** Writes the build to the folder, whole or not at all, unless it is there. Answers its id. */
export async function keepBuild(folder: string, bundle: WorkflowBundleOption): Promise<string> {
  const code = await codeOf(bundle);
  const buildId = buildIdOf(code);
  const file = join(folder, `${buildId}.js`);
  const isKept = await access(file).then(
    () => true,
    () => false,
  );
  if (isKept) return buildId;
  await mkdir(folder, { recursive: true });
  const unfinished = `${file}.${randomUUID()}`;
  await writeFile(unfinished, code);
  await rename(unfinished, file);
  return buildId;
}

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** Of `workerBuildId`. */
const WORKER_BUILD = /\+([0-9a-f]{64})$/;

/** The build that did the run's last workflow task; null where none was ever done. */
export function buildIdIn(events: readonly HistoryEvent[]): string | null {
  const last = events.findLast(({ workflowTaskCompletedEventAttributes: done }) => done);
  const done = last?.workflowTaskCompletedEventAttributes;
  // The first where workers have versions, the second where they have none.
  const name = done?.deploymentVersion?.buildId || done?.workerVersion?.buildId || '';
  return WORKER_BUILD.exec(name)?.[1]?.slice(0, DIGITS) ?? null;
}
