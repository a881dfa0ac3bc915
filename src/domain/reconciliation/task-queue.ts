/**
 * The queue of reconciliation's activities. Not the orders' own: each order that is watched may hold a slot there, and
 * reconciliation has to work above all when there are too many of them.
 */
export function reconciliationQueue(taskQueue: string): string {
  return `${taskQueue}-reconciliation`;
}
