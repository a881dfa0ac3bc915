import { Migration } from '@mikro-orm/migrations';

/** What reconciliation did and found. */
export class Reconciliation extends Migration {
  override up(): void {
    this.addSql(RECONCILIATION_RUNS);
    this.addSql(SYNC_ISSUES);
  }
}

const RECONCILIATION_RUNS = `
  create table reconciliation_runs (
    id bigint generated always as identity primary key,
    started_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    status text,
    trades_checked integer not null default 0,
    orders_seen integer not null default 0,
    issues_found integer not null default 0,
    issues_resolved integer not null default 0,
    requests_used integer not null default 0,
    constraint reconciliation_runs_status_check check (status in ('complete', 'partial', 'failed'))
  );
  create index reconciliation_runs_newest_idx on reconciliation_runs (started_at desc, id desc);
`;

const SYNC_ISSUES = `
  create table sync_issues (
    id bigint generated always as identity primary key,
    order_id text,
    client_order_id text,
    db_status text,
    coinbase_status text,
    age_hours numeric,
    kind text not null,
    blocked_seconds numeric,
    detected_at timestamptz not null default clock_timestamp(),
    resolved_at timestamptz,
    resolution text,
    run_id bigint references reconciliation_runs (id),
    constraint sync_issues_kind_check check (kind in
      ('missed_fill', 'missed_cancel', 'stale', 'orphan', 'unknown_at_exchange', 'no_workflow',
       'ended_but_running', 'figures_differ'))
  );
  create index sync_issues_newest_idx on sync_issues (detected_at desc, id desc);
  create index sync_issues_client_order_id_idx on sync_issues (client_order_id);
  create index sync_issues_order_id_idx on sync_issues (order_id);
  create unique index sync_issues_unresolved_key
    on sync_issues (kind, coalesce(order_id, ''), coalesce(client_order_id, '')) where resolved_at is null;
`;
