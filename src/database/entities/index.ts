export { ArchiveDeletionEntity, UnarchivedRunEntity, WorkflowHistoryEntity } from './archive.ts';
export { ClockOffsetEntity, RequestLeaseEntity } from './engine.ts';
export { FillEntity } from './fill.ts';
export { HaltEntity } from './halt.ts';
export { LogHeadEntity, LogLeafEntity, LogNodeEntity } from './log.ts';
export { MovedOrderEntity } from './moved-order.ts';
export { OrderEventEntity } from './order-event.ts';
export { DiscrepancyEntity, ReconciliationRunEntity, SyncIssueEntity } from './reconciliation.ts';
export { TradeEntity } from './trade.ts';
