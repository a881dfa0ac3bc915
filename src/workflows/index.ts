/** Every workflow type that a worker of the task queue `orders` serves. */
export { feedWorkflow } from './feed/feed-workflow.ts';
export { orderWorkflow } from './order/order-workflow.ts';
export { reconcileWorkflow } from './reconciliation/reconcile-workflow.ts';
