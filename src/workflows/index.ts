/** Every workflow type that a worker of the task queue `orders` serves. */
export { archiveWorkflow } from './archive/archive-workflow.ts';
export { feedWorkflow } from './feed/feed-workflow.ts';
export { orderWorkflow } from './order/order-workflow.ts';
export { reconcileWorkflow } from './reconciliation/reconcile-workflow.ts';
