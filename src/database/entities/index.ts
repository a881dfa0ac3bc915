export { DiscrepancyEntity } from './discrepancy.ts';
export { FillEntity } from './fill.ts';
export { OrderEventEntity } from './order-event.ts';
export { ReconciliationRunEntity } from './reconciliation-run.ts';
export { RequestLeaseEntity } from './request-lease.ts';
export { SyncIssueEntity } from './sync-issue.ts';
export { TradeEntity } from './trade.ts';
export { WorkflowHistoryEntity } from './workflow-history.ts';
