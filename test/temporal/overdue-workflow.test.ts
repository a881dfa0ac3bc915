import { mock } from 'node:test';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Connection } from '@temporalio/client';
import { UnservedOrder } from './unserved-order.ts';

let connection: Connection;
beforeAll(async () => {
  connection = await UnservedOrder.connect();
});
afterAll(() => connection?.close());
afterEach(() => {
  mock.restoreAll();
});

const isOverdue = ({ workflows, clientOrderId }: UnservedOrder): Promise<boolean> => workflows.isOverdue(clientOrderId);

describe('a workflow that should have ended', () => {
  it('is not overdue while its task waits for a worker, as it does where there is more to do than workers can', async () => {
    const order = await UnservedOrder.start(connection);
    expect(await order.workflows.isRunning(order.clientOrderId)).toBe(true);
    expect(await isOverdue(order)).toBe(false);
  });

  it('is overdue once its task has waited for five minutes', async () => {
    const order = await UnservedOrder.start(connection);
    const startedAtMs = Date.now();
    const clock = mock.method(Date, 'now', () => startedAtMs + 290_000);
    expect(await isOverdue(order)).toBe(false);
    clock.mock.mockImplementation(() => startedAtMs + 305_000);
    expect(await isOverdue(order)).toBe(true);
  });

  it('is overdue when it has nothing to do', async () => {
    const order = await UnservedOrder.start(connection);
    await order.completeTask();
    expect(await isOverdue(order)).toBe(true);
  });

  it('is overdue when its task fails again and again', async () => {
    const order = await UnservedOrder.start(connection);
    await order.failTasks();
    expect(await isOverdue(order)).toBe(true);
  });

  it('is not overdue when it has ended', async () => {
    const order = await UnservedOrder.start(connection);
    await order.handle.terminate();
    expect(await isOverdue(order)).toBe(false);
  });
});
