import { describe, expect, it } from '@jest/globals';
import type { CustomSlotSupplier, LocalActivitySlotInfo, SlotInfo, WorkflowSlotInfo } from '@temporalio/worker';
import { slotsWithin } from '../../src/temporal/workflow-task-slots.ts';

const TASK: WorkflowSlotInfo = { type: 'workflow', workflowType: 'orderWorkflow', isSticky: true };
const STEP: LocalActivitySlotInfo = { type: 'local-activity', activityType: 'openTrade' };

/** A supplier as the SDK uses it. */
function user<Info extends SlotInfo>(supplier: CustomSlotSupplier<Info>, slotInfo: Info) {
  const context = { slotType: slotInfo.type, taskQueue: 'q', workerIdentity: 'w', workerBuildId: 'b', isSticky: true };
  const permit = {};
  return {
    tries: () => supplier.tryReserveSlot(context) !== null,
    asks(signal = new AbortController().signal) {
      const asked = { has: false, error: null as unknown };
      supplier.reserveSlot(context, signal).then(
        () => (asked.has = true),
        (error: unknown) => (asked.error = error),
      );
      return asked;
    },
    starts: () => supplier.markSlotUsed({ slotInfo, permit }),
    ends: () => supplier.releaseSlot({ slotInfo, permit }),
    givesBackUnused: () => supplier.releaseSlot({ permit }),
  };
}

function worker() {
  const slots = slotsWithin({ workflowTasks: 2, localActivities: 3 });
  return { tasks: user(slots.workflowTaskSlotSupplier, TASK), steps: user(slots.localActivityTaskSlotSupplier, STEP) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the workflow tasks of a worker', () => {
  it('run up to their limit, and the next gets the place of the first that ends', async () => {
    const { tasks } = worker();
    const asked = [tasks.asks(), tasks.asks(), tasks.asks(), tasks.asks()];
    await settled();
    expect(asked.map(({ has }) => has)).toEqual([true, true, false, false]);

    tasks.ends();
    await settled();
    expect(asked.map(({ has }) => has)).toEqual([true, true, true, false]);
  });

  it('that wait for a local activity make room for others, until it ends', async () => {
    const { tasks, steps } = worker();
    tasks.asks();
    tasks.asks();
    const third = tasks.asks();
    expect(steps.tries()).toBe(true);
    await settled();
    expect(third.has).toBe(false);

    steps.starts();
    await settled();
    expect(third.has).toBe(true);

    steps.ends();
    tasks.ends();
    expect(tasks.tries()).toBe(false);
    tasks.ends();
    expect(tasks.tries()).toBe(true);
  });

  it('are not more for a local activity that never came', () => {
    const { tasks, steps } = worker();
    tasks.tries();
    tasks.tries();
    steps.tries();
    steps.givesBackUnused();
    expect(tasks.tries()).toBe(false);
    steps.tries();
    steps.starts();
    expect(tasks.tries()).toBe(true);
    expect(tasks.tries()).toBe(false);
  });

  it('that are no longer wanted leave the queue, which goes on without them', async () => {
    const { tasks } = worker();
    tasks.tries();
    tasks.tries();
    const leaving = new AbortController();
    const gone = tasks.asks(leaving.signal);
    const next = tasks.asks();
    leaving.abort();
    await settled();
    expect(gone.error).toMatchObject({ name: 'AbortError' });

    tasks.ends();
    await settled();
    expect([gone.has, next.has]).toEqual([false, true]);
  });

  it('are given back where they were granted to a poll that had gone meanwhile', async () => {
    const { tasks } = worker();
    tasks.tries();
    const leaving = new AbortController();
    tasks.asks(leaving.signal);
    await settled();
    expect(tasks.tries()).toBe(false);

    leaving.abort();
    expect(tasks.tries()).toBe(true);
    expect(tasks.tries()).toBe(false);
  });
});

describe('local activities', () => {
  it('run up to their own limit', () => {
    const { steps } = worker();
    expect([1, 2, 3, 4].map(() => steps.tries())).toEqual([true, true, true, false]);
  });
});
