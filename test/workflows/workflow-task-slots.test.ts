import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type {
  CustomSlotSupplier,
  LocalActivitySlotInfo,
  SlotInfo,
  SlotPermit,
  WorkflowSlotInfo,
} from '@temporalio/worker';
import { slotsWithin } from '../../src/temporal/workflow-task-slots.ts';

const TASK: WorkflowSlotInfo = { type: 'workflow', workflowType: 'orderWorkflow', isSticky: true };
const STEP: LocalActivitySlotInfo = { type: 'local-activity', activityType: 'openTrade' };
/** Longer than a poll waits where there is work. */
const UNANSWERED_MS = 60;

/** A supplier as the SDK uses it. */
function user<Info extends SlotInfo>(supplier: CustomSlotSupplier<Info>, slotInfo: Info) {
  const context = { slotType: slotInfo.type, taskQueue: 'q', workerIdentity: 'w', workerBuildId: 'b', isSticky: true };
  const starts = (permit: SlotPermit): SlotPermit => {
    supplier.markSlotUsed({ slotInfo, permit });
    return permit;
  };
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
    /** Asks, and has work at once. */
    runs: async () => starts(await supplier.reserveSlot(context, new AbortController().signal)),
    asksAndWaits: () => supplier.reserveSlot(context, new AbortController().signal),
    starts,
    ends: (permit: SlotPermit) => supplier.releaseSlot({ slotInfo, permit }),
    givesBackUnused: (permit: SlotPermit) => supplier.releaseSlot({ permit }),
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
    const first = await tasks.runs();
    await tasks.runs();
    const asked = [tasks.asks(), tasks.asks()];
    await sleep(UNANSWERED_MS);
    expect(asked.map(({ has }) => has)).toEqual([false, false]);

    tasks.ends(first);
    await settled();
    expect(asked.map(({ has }) => has)).toEqual([true, false]);
  });

  it('that wait for a local activity make room for others, until it ends', async () => {
    const { tasks, steps } = worker();
    const first = await tasks.runs();
    const second = await tasks.runs();
    const third = tasks.asks();
    const step = await steps.asksAndWaits();
    await settled();
    expect(third.has).toBe(false);

    steps.starts(step);
    await settled();
    expect(third.has).toBe(true);

    steps.ends(step);
    tasks.ends(first);
    expect(tasks.tries()).toBe(false);
    tasks.ends(second);
    expect(tasks.tries()).toBe(true);
  });

  it('do not make room for a local activity that never started', async () => {
    const { tasks, steps } = worker();
    await tasks.runs();
    await tasks.runs();
    steps.givesBackUnused(await steps.asksAndWaits());
    expect(tasks.tries()).toBe(false);
    await steps.runs();
    expect(tasks.tries()).toBe(true);
    expect(tasks.tries()).toBe(false);
  });

  it('are not kept from running by polls that wait at an empty task queue', async () => {
    const { tasks } = worker();
    const polls = [tasks.asks(), tasks.asks(), tasks.asks()];
    await settled();
    expect(polls.map(({ has }) => has)).toEqual([true, true, false]);

    await sleep(UNANSWERED_MS);
    expect(polls.map(({ has }) => has)).toEqual([true, true, true]);
  });

  it('count again when a poll that has waited is answered', async () => {
    const { tasks } = worker();
    const polls = [await tasks.asksAndWaits(), await tasks.asksAndWaits(), await tasks.asksAndWaits()];
    polls.forEach(tasks.starts);
    const [first, second] = polls;
    if (first === undefined || second === undefined) throw new Error('there are three');
    tasks.ends(first);
    expect(tasks.tries()).toBe(false);
    tasks.ends(second);
    expect(tasks.tries()).toBe(true);
  });

  it('that are no longer wanted leave the queue, which continues without them', async () => {
    const { tasks } = worker();
    const first = await tasks.runs();
    await tasks.runs();
    const leaving = new AbortController();
    const gone = tasks.asks(leaving.signal);
    const next = tasks.asks();
    leaving.abort();
    await settled();
    expect(gone.error).toMatchObject({ name: 'AbortError' });

    tasks.ends(first);
    await settled();
    expect([gone.has, next.has]).toEqual([false, true]);
  });

  it('are returned if they were granted to a poll that had ended meanwhile', async () => {
    const { tasks } = worker();
    await tasks.runs();
    const leaving = new AbortController();
    tasks.asks(leaving.signal);
    expect(tasks.tries()).toBe(false);

    leaving.abort();
    expect(tasks.tries()).toBe(true);
    expect(tasks.tries()).toBe(false);
  });
});

describe('local activities', () => {
  it('run up to their own limit', async () => {
    const { steps } = worker();
    for (let index = 0; index < 3; index += 1) await steps.runs();
    expect(steps.tries()).toBe(false);
  });
});
