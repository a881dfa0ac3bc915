/** The messages of an order's workflow, each with its handler. All of them wait until the run has read its row. */
import { ApplicationFailure, CancellationScope, condition, setHandler } from '@temporalio/workflow';
import { refusalOf } from '../../domain/field-error.ts';
import type { Fact } from '../../domain/order/fact.ts';
import { checkOrderRequest, conflictsWith } from '../../domain/order/order-request.ts';
import { readObserved, readUnconfirmed } from '../../domain/order/read-fact.ts';
import { NOBODY } from '../../domain/order/requester.ts';
import { requestCancel, syncOrder } from './commands.ts';
import {
  cancelOrder,
  manualSync,
  observed,
  orderState,
  place,
  resolveOrderSignal,
  resolveOrderUpdate,
  syncNow,
  unconfirmed,
  upgrade,
  type Message,
} from './messages.ts';
import type { OrderRun } from './order-run.ts';
import { requireSound } from './request.ts';
import { resolveOrder } from './resolve.ts';

/** `scope` is not reached by a cancellation of the workflow, which means: cancel the order. */
export function handleMessages(run: OrderRun, scope: CancellationScope): void {
  const whenStarted = <Result>(act: () => Promise<Result>): Promise<Result> =>
    scope.run(async () => {
      await condition(() => run.isStarted);
      return act();
    });

  const cancel = (...message: Message): Promise<void> => {
    run.noteCancel();
    return whenStarted(() => requestCancel(run, ...message));
  };

  // Who cancelled the workflow stands in its history alone.
  CancellationScope.current().cancelRequested.catch(() => cancel());
  setHandler(orderState, () => run.state, { description: 'The last committed state of the order' });
  setHandler(syncNow, (...message) => whenStarted(() => syncOrder(run, ...message)), {
    description: 'Asks the exchange now, records what it says and reports; optional {"requestedBy","reason"}',
  });
  setHandler(manualSync, async (...message) => void (await whenStarted(() => syncOrder(run, ...message))), {
    description: 'As syncNow, without an answer; needs no argument',
  });
  setHandler(cancelOrder, cancel, {
    description: 'Cancels the order at the exchange; needs no argument',
  });
  setHandler(resolveOrderUpdate, (...message) => whenStarted(() => resolveOrder(run, ...message)), {
    description: 'Ends an order that cannot be verified: {"status","requestedBy","reason"}',
  });
  setHandler(
    resolveOrderSignal,
    // The refusal is recorded; a signal has no answer.
    (...message) => whenStarted(() => resolveOrder(run, ...message)).then(ignoreAnswer, ignoreRefusal),
    { description: 'As the update, without an answer' },
  );
  setHandler(observed, (...message) => whenStarted(() => take(run, 'observed', readObserved, message)), {
    description: 'What the feed or reconciliation saw of the order at the exchange',
  });
  setHandler(unconfirmed, (...message) => whenStarted(() => take(run, 'unconfirmed', readUnconfirmed, message)), {
    description: 'The feed could not confirm a resting order for its whole monitoring window',
  });
  setHandler(upgrade, () => undefined, {
    description: "Goes on in a run of the workers' current version, where that is another one",
  });
  setHandler(
    place,
    async (request) => {
      const isRepeated = run.isStarted;
      await condition(() => run.isStarted);
      const conflicts = conflictsWith(requireSound(checkOrderRequest(request)).given, run.row);
      if (conflicts.length > 0) throw ApplicationFailure.create(refusalOf('ClientOrderIdConflict', conflicts));
      if (isRepeated) await run.refresh();
      return run.state;
    },
    { description: 'Answers with the order as it is after its first task; repeated, with its row as it is now' },
  );
}

/** A signal that cannot be read is recorded and ignored: anybody may send one by mistake. */
async function take(
  run: OrderRun,
  signal: string,
  read: (argument: unknown) => Fact | null,
  [argument, sentBy]: Message,
): Promise<void> {
  const fact = read(argument);
  if (fact !== null) await run.apply(fact);
  else {
    const evidence = { signal, argument: argument ?? null };
    const requester = { ...NOBODY, sentBy };
    await run.learn({ type: 'noted', cause: 'unreadable_signal', requester, evidence });
  }
}

function ignoreAnswer(): void {}

/** A refusal is an ApplicationFailure; anything else is a defect of the engine and must fail the workflow task. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof ApplicationFailure)) throw error;
}
