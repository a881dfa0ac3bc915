import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, describe, expect, it } from '@jest/globals';
import { freePort } from '../../src/local/free-port.ts';
import { startTemporal } from '../../src/local/temporal.ts';

const folder = mkdtempSync(join(tmpdir(), 'order-sync-local-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the embedded Temporal server', () => {
  it('has the search attributes of an order when it is ready', async () => {
    const server = await startTemporal();
    try {
      const attributes = await withClient(server.address, async (client) => {
        const { customAttributes } = await client.connection.operatorService.listSearchAttributes({
          namespace: 'default',
        });
        return Object.keys(customAttributes);
      });
      expect(attributes).toEqual(
        expect.arrayContaining(['OrderStatus', 'BotId', 'ProductId', 'ExchangeOrderId', 'StaleSince']),
      );
    } finally {
      await server.stop();
    }
  });

  it('serves a namespace of another name, and its web interface', async () => {
    const server = await startTemporal({ namespace: 'trading', uiPort: await freePort() });
    try {
      expect((await fetch(`${server.uiUrl}/namespaces/trading/workflows`)).status).toBe(200);
      await withClient(server.address, (client) => client.workflowService.describeNamespace({ namespace: 'trading' }));
    } finally {
      await server.stop();
    }
  });

  it('keeps its workflows from run to run when it has a folder', async () => {
    const first = await startTemporal({ dataDir: folder });
    await withClient(first.address, (client) =>
      client.workflow.start('anything', { workflowId: 'kept', taskQueue: 'nobody' }),
    );
    await first.stop();

    const second = await startTemporal({ dataDir: folder });
    try {
      const { status } = await withClient(second.address, (client) => client.workflow.getHandle('kept').describe());
      expect(status.name).toBe('RUNNING');
    } finally {
      await second.stop();
    }
  });

  it('is gone after stop', async () => {
    const server = await startTemporal();
    await server.stop();
    expect(() => process.kill(server.pid, 0)).toThrow('ESRCH');
  });
});

async function withClient<T>(address: string, use: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address });
  try {
    return await use(new Client({ connection }));
  } finally {
    await connection.close();
  }
}
