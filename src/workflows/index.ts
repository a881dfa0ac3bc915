/** Every workflow type that a worker of the task queue `orders` serves. */
export { feedWorkflow } from './feed-workflow.ts';
export { orderWorkflow } from './order-workflow.ts';
export { reconcileWorkflow } from './reconcile-workflow.ts';
