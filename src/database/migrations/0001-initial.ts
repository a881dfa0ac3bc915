import { Migration } from '@mikro-orm/migrations';
import { ARCHIVE_DELETIONS, UNARCHIVED_RUNS, WORKFLOW_HISTORIES } from './initial/archive.ts';
import { REQUEST_LEASES } from './initial/engine.ts';
import { FILLS, HALTS, ORDER_EVENTS, TRADES } from './initial/orders.ts';
import { DISCREPANCIES, RECONCILIATION_RUNS, SYNC_ISSUES } from './initial/reconciliation.ts';

export class Initial extends Migration {
  override up(): void {
    const tables = [
      TRADES,
      FILLS,
      ORDER_EVENTS,
      HALTS,
      RECONCILIATION_RUNS,
      SYNC_ISSUES,
      DISCREPANCIES,
      UNARCHIVED_RUNS,
      WORKFLOW_HISTORIES,
      ARCHIVE_DELETIONS,
      REQUEST_LEASES,
    ];
    for (const table of tables) this.addSql(table);
  }
}
