/** The queue of the feed's activity: its one slot must never wait behind the orders' own. */
export function feedQueue(taskQueue: string): string {
  return `${taskQueue}-feed`;
}

/** An order's id begins with `order-`, so no client order id can collide with this. Another deployment has its own queue. */
export function feedWorkflowId(taskQueue: string): string {
  return `feed-${taskQueue}`;
}
