/** Two builds of the engine on one Temporal server, for tests of upgrades. */
import { readFile } from 'node:fs/promises';
import type { Client } from '@temporalio/client';
import { workerBuildId } from '../../src/temporal/builds.ts';
import { workflowBundle } from './resources.ts';

/** A word that only people read, so that the other build does the same. */
const DESCRIPTION = 'The last committed state of the order';

export interface Build {
  workflowBundle: { code: string };
  buildId: string;
}

/** The workflows of this run, and the same with another description: two builds, whose code does the same. */
export async function twoBuilds(): Promise<[Build, Build]> {
  const code = await readFile(workflowBundle().codePath, 'utf8');
  if (!code.includes(DESCRIPTION)) throw new Error(`the bundle lacks "${DESCRIPTION}": choose another description`);
  const changed = code.replaceAll(DESCRIPTION, 'The state of the order as last committed');
  return [await buildOf(code), await buildOf(changed)];
}

async function buildOf(code: string): Promise<Build> {
  return { workflowBundle: { code }, buildId: await workerBuildId({ code }) };
}

export interface RunOfBuild {
  buildId: string | undefined;
  status: string;
}

/** Each run of the workflow, the oldest first, with the build that did its last task. */
export async function runsOf({ workflow }: Client, workflowId: string): Promise<RunOfBuild[]> {
  const latest = await workflow.getHandle(workflowId).describe();
  const runs: RunOfBuild[] = [];
  let runId = latest.raw.workflowExecutionInfo?.firstRunId;
  while (runId) {
    const run = workflow.getHandle(workflowId, runId);
    const { status } = await run.describe();
    const events = (await run.fetchHistory()).events ?? [];
    const done = events.findLast((event) => event.workflowTaskCompletedEventAttributes);
    const { deploymentVersion, workerVersion } = done?.workflowTaskCompletedEventAttributes ?? {};
    runs.push({ status: status.name, buildId: deploymentVersion?.buildId || workerVersion?.buildId || undefined });
    runId = events.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
  }
  return runs;
}
