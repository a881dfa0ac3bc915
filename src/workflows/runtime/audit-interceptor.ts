/**
 * Reports the facts of a run while an audit replays it. It is part of every build, so that an audit can replay a history with
 * the very code that wrote it; unless AUDIT_SWITCH is set before that code is loaded, it does nothing at all.
 */
import { proxySinks, type Sinks, type WorkflowInterceptors } from '@temporalio/workflow';
import { isRecord } from '../../domain/field-error.ts';

export interface AuditSinks extends Sinks {
  audit: {
    /** The input of an activity; answered activities come again with their result. */
    called(activity: string, input: unknown): void;
    answered(activity: string, input: unknown, result: unknown): void;
    signalled(fact: unknown): void;
  };
}

/** The name of a global variable. */
export const AUDIT_SWITCH = '__ORDER_SYNC_AUDIT__';

const { audit } = proxySinks<AuditSinks>();

export function interceptors(): WorkflowInterceptors {
  if (!(AUDIT_SWITCH in globalThis)) return {};
  return {
    inbound: [
      {
        handleSignal(input, next) {
          if (isRecord(input.args[0])) audit.signalled(input.args[0]);
          return next(input);
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => report(input, next(input)),
        scheduleLocalActivity: (input, next) => report(input, next(input)),
      },
    ],
  };
}

/** Beside the workflow's own handlers, so that it continues just as it does without us. */
function report({ activityType, args: [input] }: Call, answer: Promise<unknown>): Promise<unknown> {
  audit.called(activityType, input);
  answer.then(
    (result) => audit.answered(activityType, input, result),
    () => undefined,
  );
  return answer;
}

interface Call {
  activityType: string;
  args: unknown[];
}
