/** The queue of the feed's activity: its one slot must never wait behind the orders' own. */
export function feedQueue(taskQueue: string): string {
  return `${taskQueue}-feed`;
}

/** `order-feed` for the queue `orders`; another deployment in the same namespace has its own. */
export function feedWorkflowId(taskQueue: string): string {
  return taskQueue === 'orders' ? 'order-feed' : `order-feed-${taskQueue}`;
}
