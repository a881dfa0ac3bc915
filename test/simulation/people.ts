/** The bot that asks for the order, the operators with their wishes, and reconciliation, which resumes what nobody runs. */
import { isEnded, type Trade } from '../../src/domain/order/trade.ts';
import type { Wish } from './story.ts';
import type { World } from './world.ts';

const REQUESTER = { requestedBy: 'operator', reason: 'it must go on' };
const RECONCILE_EVERY_MS = 4_000;
const RECONCILED_AFTER_MS = 30_000;
/** After the faults. */
const RESOLVED_AFTER_MS = 40_000;

export function begin(world: World): void {
  const { surroundings, temporal } = world;
  const { story, scheduler } = surroundings;
  const { newOrder, policy } = story;
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
  for (const wish of story.wishes) later(wish.atMs, () => take(world, wish, request));
  const reconcile = (): void => {
    resume(world, request);
    repair(world);
    resolve(world);
    later(RECONCILE_EVERY_MS, reconcile);
  };
  later(RECONCILE_EVERY_MS, reconcile);
}

/** An open order that no workflow runs, because somebody ended it. */
function resume({ store, temporal, surroundings }: World, request: object): void {
  const { row } = store;
  const { clientOrderId } = surroundings.story;
  const isOpen = row === null || !isEnded(row.status);
  if (isOpen && !temporal.isRunning) temporal.start(clientOrderId, row === null ? request : { clientOrderId });
}

/** What reconciliation finds in the end: an ended order whose workflow was not told, or whose figures differ. */
function repair(world: World): void {
  const { temporal, surroundings, store, ledger } = world;
  const { clientOrderId } = surroundings.story;
  const { row } = store;
  const { order } = ledger;
  if (row === null || !isEnded(row.status)) return;
  const isOverdue = surroundings.nowMs > Math.max(endedMs(row), order?.changedAtMs ?? 0) + RECONCILED_AFTER_MS;
  if (!isOverdue) return;
  const figuresDiffer = order !== null && order.orderId === row.orderId && order.filledSize !== row.filledSize;
  if (figuresDiffer) {
    surroundings.trace(() => 'reconciliation finds that the figures differ');
    const at = new Date(surroundings.nowMs).toISOString();
    const seen = { type: 'observed', key: `reconciliation/${at}`, at, order: order.shown(), source: 'sweep' };
    temporal.start(clientOrderId, { clientOrderId }, { name: 'observed', argument: seen });
  } else if (temporal.isRunning) {
    surroundings.trace(() => 'reconciliation finds that the workflow of an ended order still runs');
    temporal.signal({ name: 'manualSync', argument: REQUESTER });
  }
  world.wasRepaired ||= figuresDiffer || temporal.isRunning;
}

/** An operator has the last word on what nobody can know. */
function resolve({ surroundings, store, temporal, ledger }: World): void {
  const isTime = surroundings.nowMs > surroundings.faultsEndMs + RESOLVED_AFTER_MS;
  const isUnknown = ledger.order === null || ledger.order.isForeign;
  if (isTime && isUnknown && store.row?.status === 'stale') {
    temporal.signal({ name: 'resolveOrder', argument: { status: 'cancelled', ...REQUESTER } });
  }
}

function endedMs({ endedAt, updatedAt }: Trade): number {
  return Date.parse(endedAt ?? updatedAt);
}

function take(world: World, { what }: Wish, request: object): void {
  const { temporal, surroundings } = world;
  const { story } = surroundings;
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
      return temporal.start(story.clientOrderId, request);
    case 'start another':
      return temporal.start(story.clientOrderId, { ...request, side: 'SELL' });
  }
}
