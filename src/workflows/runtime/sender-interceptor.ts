/**
 * Tells the workflows who sent what reaches them. Temporal keeps the identity of the client with each start, signal and
 * update, also of an SDK that sends no argument, and hands it to the activation alone (1.24.0). From there it travels to
 * the handler in a header of the message, which the sender cannot choose, as the argument after the sender's own.
 */
import {
  defaultPayloadConverter,
  type Headers,
  type WorkflowInterceptors,
  type WorkflowInternalsInterceptor,
} from '@temporalio/workflow';

const SENDER = 'order-sync-sender';

type Activation = Parameters<NonNullable<WorkflowInternalsInterceptor['activate']>>[0]['activation'];

export function interceptors(): WorkflowInterceptors {
  return {
    internals: [
      {
        activate(input, next) {
          noteSenders(input.activation);
          next(input);
        },
      },
    ],
    inbound: [
      {
        execute: (input, next) => next({ ...input, args: withSender(input) }),
        handleSignal: (input, next) => next({ ...input, args: withSender(input) }),
        handleUpdate: (input, next) => next({ ...input, args: withSender(input) }),
      },
    ],
  };
}

function noteSenders({ jobs }: Activation): void {
  for (const { initializeWorkflow, signalWorkflow, doUpdate } of jobs ?? []) {
    const message = initializeWorkflow ?? signalWorkflow ?? doUpdate;
    if (!message) continue;
    const identity = (initializeWorkflow ?? signalWorkflow)?.identity ?? doUpdate?.meta?.identity;
    message.headers = { ...message.headers, [SENDER]: defaultPayloadConverter.toPayload(identity || null) };
  }
}

/** Every message of ours has one argument at most. */
function withSender({ args, headers }: { args: unknown[]; headers: Headers }): unknown[] {
  const payload = headers[SENDER];
  return [args[0], payload === undefined ? null : defaultPayloadConverter.fromPayload<string | null>(payload)];
}
