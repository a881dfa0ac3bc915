/** The activity of `feedWorkflow`. */
import type { FeedPorts } from '../ports.ts';
import { runFeed } from './run-feed.ts';

export type FeedActivities = ReturnType<typeof feedActivities>;

export function feedActivities(ports: FeedPorts) {
  return { runFeed: runFeed(ports) };
}
