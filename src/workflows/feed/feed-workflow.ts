/** `feedWorkflow`: keeps the one activity running that watches all open orders; one workflow for a deployment. */
import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { FeedActivities } from '../../activities/feed/index.ts';
import { feedQueue } from '../../domain/task-queues.ts';

/** Never ends. The attempts of its activity leave no events, so its history does not grow. */
export async function feedWorkflow(): Promise<never> {
  const { runFeed } = proxyActivities<FeedActivities>({
    summary: 'Watches all open orders: push, sweeps and fills',
    taskQueue: feedQueue(workflowInfo().taskQueue),
    // Temporal wants a bound; the attempt after it continues at once.
    startToCloseTimeout: '30 days',
    // When its worker dies, another has taken the feed over within 10 s: this, the wait for a retry, a poll, a connection.
    heartbeatTimeout: '6 seconds',
    retry: { initialInterval: '1 second', backoffCoefficient: 1 },
  });
  return runFeed();
}
