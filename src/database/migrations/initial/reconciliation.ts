/** What reconciliation did and found, and the differences that it remembers from run to run. */
export const RECONCILIATION_RUNS = `
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

export const SYNC_ISSUES = `
  create table sync_issues (
    id bigint generated always as identity primary key,
    order_id text collate "C",
    client_order_id text collate "C",
    db_status text,
    coinbase_status text,
    age_hours numeric,
    kind text not null,
    blocked_seconds numeric,
    detected_at timestamptz not null default clock_timestamp(),
    resolved_at timestamptz,
    resolution text,
    run_id bigint references reconciliation_runs (id),
    level text not null default 'warning',
    repairs integer not null default 0,
    repaired_at timestamptz,
    constraint sync_issues_level_check check (level in ('warning', 'critical')),
    constraint sync_issues_kind_check check (kind in
      ('missed_fill', 'missed_cancel', 'stale', 'orphan', 'unknown_at_exchange', 'no_workflow',
       'ended_but_running', 'figures_differ'))
  );
  create index sync_issues_newest_idx on sync_issues (detected_at desc, id desc);
  create index sync_issues_client_order_id_idx on sync_issues (client_order_id);
  create index sync_issues_order_id_idx on sync_issues (order_id);
  create unique index sync_issues_unresolved_key
    on sync_issues (kind, coalesce(order_id, ''), coalesce(client_order_id, '')) where resolved_at is null;
  create index sync_issues_unresolved_idx on sync_issues (id) where resolved_at is null;
  create index sync_issues_run_id_idx on sync_issues (run_id);
`;

export const DISCREPANCIES = `
  create table discrepancies (
    id bigint generated always as identity primary key,
    kind text not null,
    order_id text collate "C",
    client_order_id text collate "C",
    first_seen_at timestamptz not null default clock_timestamp(),
    first_run_id bigint not null references reconciliation_runs (id),
    last_run_id bigint not null references reconciliation_runs (id)
  );
  create unique index discrepancies_key on discrepancies (kind, coalesce(order_id, ''), coalesce(client_order_id, ''));
`;
