/** What is installed here: the versions to compare with those of the other machines before and after an upgrade. */
import { ownVersion } from '../../process/identity.ts';
import { workerBuildId } from '../../temporal/builds.ts';
import { buildWorkflowBundle } from '../../temporal/workflow-bundle.ts';
import { examine, ok, withDetails, type Finding } from './finding.ts';

/** As Temporal calls workers that are started from here. */
export async function installedBuildId(): Promise<string> {
  return workerBuildId(await buildWorkflowBundle());
}

export async function examineInstalled(buildId: Promise<string>): Promise<Finding[]> {
  const version = ownVersion();
  const node = process.versions.node;
  return [
    withDetails(ok('version of order-sync', version), { version }),
    await examine('build of order-sync', 'install order-sync again', async () => {
      const installed = await buildId;
      return withDetails(ok('build of order-sync', installed), { buildId: installed });
    }),
    withDetails(ok('version of Node', node), { version: node }),
  ];
}
