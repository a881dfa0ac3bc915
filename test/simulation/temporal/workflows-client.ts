/** The orders' workflows as a worker reaches them: over a link to Temporal, whose lists are late at times. */
import type { OrderWorkflows, RunningWorkflow } from '../../../src/ports/order-workflows.ts';
import type { Process } from '../scheduler.ts';
import type { Surroundings } from '../surroundings.ts';
import { unused } from '../unused.ts';
import type { SimulatedTemporal } from './server.ts';

export function workflowsClient(
  surroundings: Surroundings,
  temporal: SimulatedTemporal,
  process: Process,
): OrderWorkflows {
  const { clientOrderId } = surroundings.scenario;
  const ask = <Answer>(what: string, work: () => Answer): Promise<Answer> =>
    surroundings.ask(process, temporal.process, what, work);
  const signalWithStart = (name: string, argument: unknown): Promise<void> =>
    ask('a signal with start', () => temporal.start(clientOrderId, { clientOrderId }, { name, argument }));

  const listed = (): RunningWorkflow[] => {
    const { run } = temporal;
    const isLate = surroundings.fault('the list of workflows is late', 0.05);
    const isListed = isLate ? !temporal.isRunning : temporal.isRunning;
    return run !== null && isListed ? [{ clientOrderId, startedAt: run.startedAt.toISOString() }] : [];
  };

  return {
    async signalFact(_id, fact) {
      if (surroundings.fault('a signal does not reach Temporal', 0.05)) throw new Error('Temporal does not answer');
      return ask('a signal', () => temporal.signal({ name: fact.type, argument: fact }));
    },
    signalOrResume: (_id, fact) => signalWithStart(fact.type, fact),
    resume: () => ask('a start', () => temporal.start(clientOrderId, { clientOrderId })),
    async requestSync(_id, reason) {
      const argument = { requestedBy: 'reconciliation', reason };
      await ask('a signal', () => temporal.signal({ name: 'manualSync', argument }));
    },
    // Nothing in a life makes a workflow task fail; one that did would be a violation.
    endIfStuck: () => ask('a description', () => false),
    whyStuck: () => ask('a description', () => null),
    listStuck: () => ask('a list of workflows', () => []),
    listRunning: () => ask('a list of workflows', listed),
    isRunning: () => ask('a description', () => temporal.isRunning),
    isOverdue: () => ask('a description', () => temporal.isRunning),
    requestOf: () => ask('a description', () => temporal.firstRequest),
    cancelOrResume: unused,
  };
}
