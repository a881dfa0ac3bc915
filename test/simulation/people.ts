/** The bot that asks for the order, the operators with their wishes, and the schedule of reconciliation. */
import type { Wish } from './scenario.ts';
import type { World } from './world.ts';

const REQUESTER = { requestedBy: 'operator', reason: 'it must go on' };
const LOOK_AGAIN_EVERY_MS = 4_000;
/** Every minute in truth; a grace period is as long. */
const RECONCILE_EVERY_MS = 20_000;
/** After the faults. */
const RESOLVED_AFTER_MS = 40_000;

export function begin(world: World): void {
  const { surroundings, temporal } = world;
  const { scenario, scheduler } = surroundings;
  const { newOrder, policy } = scenario;
  const request = { ...newOrder, botId: 'bot7', policy };
  const later = (delayMs: number, act: () => void): void => void scheduler.after(delayMs, temporal.process, act);
  later(0, () => {
    temporal.startFeed();
    const isUnwanted = surroundings.fault('a cancel comes with the start', 0.02);
    temporal.start(
      newOrder.clientOrderId,
      request,
      ...(isUnwanted ? [{ name: 'cancelOrder', argument: REQUESTER }] : []),
    );
  });
  for (const wish of scenario.wishes) later(wish.atMs, () => take(world, wish, request));
  const lookAgain = (): void => {
    // Without a row nobody but the bot knows of the order.
    if (world.store.row === null) temporal.start(newOrder.clientOrderId, request);
    resolve(world);
    later(LOOK_AGAIN_EVERY_MS, lookAgain);
  };
  later(LOOK_AGAIN_EVERY_MS, lookAgain);
  const reconcile = (): void => {
    temporal.reconcile();
    later(RECONCILE_EVERY_MS, reconcile);
  };
  later(surroundings.chance.between('reconciliation', 100, RECONCILE_EVERY_MS), reconcile);
}

/** An operator has the last word on what nobody can know. */
function resolve({ surroundings, store, temporal, ledger }: World): void {
  const isTime = surroundings.nowMs > surroundings.faultsEndMs + RESOLVED_AFTER_MS;
  const isUnknown = ledger.order === null || ledger.order.isForeign;
  if (isTime && isUnknown && store.row?.status === 'stale') {
    temporal.signal({ name: 'resolveOrder', argument: { status: 'cancelled', ...REQUESTER } });
  }
}

function take(world: World, { what }: Wish, request: object): void {
  const { temporal, surroundings } = world;
  const { scenario } = surroundings;
  surroundings.trace(() => `wish: ${what}`);
  switch (what) {
    case 'cancelOrder':
    case 'manualSync':
      return void temporal.signal({ name: what, argument: REQUESTER });
    case 'resolveOrder':
      return void temporal.signal({ name: what, argument: { status: 'failed', ...REQUESTER } });
    case 'cancel the workflow':
      return temporal.cancel();
    case 'terminate':
      return temporal.terminate();
    case 'start again':
      return temporal.start(scenario.clientOrderId, request);
    case 'start another':
      return temporal.start(scenario.clientOrderId, { ...request, side: 'SELL' });
  }
}
