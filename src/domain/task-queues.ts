/** The task queues beside the orders' own, and the id of the feed's workflow. */

/** The queue of the feed's activity: its one slot must never wait behind the orders' own. */
export function feedQueue(taskQueue: string): string {
  return `${taskQueue}-feed`;
}

/** An order's id begins with `order-`, so no client order id can collide with this. Another deployment has its own queue. */
export function feedWorkflowId(taskQueue: string): string {
  return `feed-${taskQueue}`;
}

/**
 * The queue of reconciliation's activities. Not the orders' own: each order that is watched may hold a slot there, and
 * reconciliation has to work above all when there are too many of them.
 */
export function reconciliationQueue(taskQueue: string): string {
  return `${taskQueue}-reconciliation`;
}

/** The queue of the archive's activities: whatever it has to catch up with, nothing else waits behind it. */
export function archiveQueue(taskQueue: string): string {
  return `${taskQueue}-archive`;
}
