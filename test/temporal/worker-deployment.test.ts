import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Connection } from '@temporalio/client';
import { requireVersioning } from '../../src/temporal/server-version.ts';
import { workerDeployment } from '../../src/temporal/worker-deployment.ts';
import { temporalAddress, uniqueTaskQueue } from '../support/resources.ts';

let connection: Connection;
beforeAll(async () => {
  connection = await Connection.connect({ address: temporalAddress() });
});
afterAll(() => connection?.close());

describe('versions of the workers', () => {
  it('are refused on a server that never tells an order about another version', async () => {
    const { serverVersion } = await connection.workflowService.getSystemInfo({});
    const keepsTimeline = Number(serverVersion.split('.')[1]) >= 31;
    const refusal = await requireVersioning(connection).then(
      () => 'none',
      (error: Error) => error.message,
    );

    const message = `needs a Temporal server of version 1.31 or later, and this one is ${serverVersion}`;
    expect(refusal).toContain(keepsTimeline ? 'none' : message);
  });

  it('do not exist before the first worker of the deployment has polled', async () => {
    const taskQueue = uniqueTaskQueue();
    const deployment = workerDeployment({ connection, namespace: 'default', taskQueue, deploymentName: taskQueue });

    expect(await deployment.versions()).toEqual({ currentBuildId: null, drainingBuildIds: [] });
    for await (const order of deployment.restingElsewhere()) throw new Error(`there is ${order.workflowId}`);
  });
});
