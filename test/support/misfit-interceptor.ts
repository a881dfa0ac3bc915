/** Makes of the workflows a build that does not fit any history: each waits for a moment before its first step. */
import { sleep, type WorkflowInterceptors } from '@temporalio/workflow';

export function interceptors(): WorkflowInterceptors {
  return {
    outbound: [
      {
        async scheduleLocalActivity(input, next) {
          await sleep('1 second');
          return next(input);
        },
      },
    ],
  };
}
