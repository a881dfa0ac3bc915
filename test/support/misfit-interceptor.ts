/** Makes of the workflows a build that does not fit any history: each waits for a moment before its first step. */
import { sleep, type WorkflowInterceptors } from '@temporalio/workflow';

export function interceptors(): WorkflowInterceptors {
  return {
    outbound: [
      {
        async scheduleActivity(input, next) {
          await sleep('1 second');
          return next(input);
        },
        async scheduleLocalActivity(input, next) {
          await sleep('1 second');
          return next(input);
        },
      },
    ],
  };
}
