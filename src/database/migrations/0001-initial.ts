import { Migration } from '@mikro-orm/migrations';
import { ARCHIVE_DELETIONS, UNARCHIVED_RUNS, WORKFLOW_HISTORIES } from './initial/archive.ts';
import { CLOCK_OFFSETS, REQUEST_LEASES } from './initial/engine.ts';
import { LOG_HEADS, LOG_LEAVES, LOG_NODES } from './initial/log.ts';
import { DELETED_ONCE_MOVED, MOVED_ORDERS } from './initial/moved-orders.ts';
import { FILLS, HALTS, ORDER_EVENTS, TRADES } from './initial/orders.ts';
import { DISCREPANCIES, RECONCILIATION_RUNS, SYNC_ISSUES } from './initial/reconciliation.ts';

export class Initial extends Migration {
  override up(): void {
    const tables = [
      TRADES,
      ORDER_EVENTS,
      FILLS,
      HALTS,
      RECONCILIATION_RUNS,
      SYNC_ISSUES,
      DISCREPANCIES,
      UNARCHIVED_RUNS,
      WORKFLOW_HISTORIES,
      ARCHIVE_DELETIONS,
      REQUEST_LEASES,
      CLOCK_OFFSETS,
      MOVED_ORDERS,
      DELETED_ONCE_MOVED,
      LOG_LEAVES,
      LOG_NODES,
      LOG_HEADS,
    ];
    for (const table of tables) this.addSql(table);
  }
}
