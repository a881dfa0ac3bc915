/**
 * Runs of the orders' workflows that are not archived yet: noted when they begin, so that none has to be looked for in
 * Temporal. `lost_at` is set where Temporal has dropped the run first.
 */
export const UNARCHIVED_RUNS = `
  create table unarchived_runs (
    client_order_id text collate "C" not null,
    run_id text not null,
    noted_at timestamptz not null default clock_timestamp(),
    lost_at timestamptz,
    primary key (client_order_id, run_id)
  );
  create index unarchived_runs_waiting_idx on unarchived_runs (noted_at, run_id) where lost_at is null;
  create index unarchived_runs_lost_idx on unarchived_runs (lost_at) where lost_at is not null;
`;

/** A row is never changed, and is deleted only with an entry in `archive_deletions`. */
export const WORKFLOW_HISTORIES = `
  create table workflow_histories (
    id bigint generated always as identity primary key,
    client_order_id text collate "C" not null,
    workflow_id text not null,
    run_id text not null,
    close_status text not null,
    build_id text,
    started_at timestamptz not null,
    closed_at timestamptz not null,
    archived_at timestamptz not null default clock_timestamp(),
    final_state jsonb,
    event_count integer not null,
    history bytea not null,
    sha256 text not null,
    written_in xid8 not null default pg_current_xact_id(),
    constraint workflow_histories_run_id_key unique (workflow_id, run_id),
    constraint workflow_histories_sha256_check check (sha256 ~ '^[0-9a-f]{64}$')
  );
  create index workflow_histories_client_order_id_idx on workflow_histories (client_order_id, started_at);
  create index workflow_histories_closed_at_idx on workflow_histories (closed_at);
  create index workflow_histories_log_idx on workflow_histories (written_in, id);

  create trigger workflow_histories_unchanged before update or truncate on workflow_histories
    for each statement execute function refuse_change();
`;

/** The archived runs whose time was over. Append-only, as the events are. */
export const ARCHIVE_DELETIONS = `
  create table archive_deletions (
    id bigint generated always as identity primary key,
    client_order_id text collate "C" not null,
    workflow_id text not null,
    run_id text not null,
    closed_at timestamptz not null,
    archived_at timestamptz not null,
    sha256 text not null,
    deleted_at timestamptz not null default clock_timestamp(),
    reason text not null,
    written_in xid8 not null default pg_current_xact_id(),
    constraint archive_deletions_run_id_key unique (workflow_id, run_id)
  );
  create index archive_deletions_client_order_id_idx on archive_deletions (client_order_id);
  create index archive_deletions_log_idx on archive_deletions (written_in, id);

  create trigger archive_deletions_append_only before update or delete or truncate on archive_deletions
    for each statement execute function refuse_change();
`;
