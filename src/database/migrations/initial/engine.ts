/** Where the histories of closed workflows are archived. */
export const WORKFLOW_HISTORIES = `
  create table workflow_histories (
    id bigint generated always as identity primary key,
    client_order_id text not null,
    workflow_id text not null,
    run_id text not null,
    close_status text not null,
    closed_at timestamptz not null,
    archived_at timestamptz not null default clock_timestamp(),
    event_count integer not null,
    history bytea not null,
    sha256 text not null,
    constraint workflow_histories_run_id_key unique (workflow_id, run_id),
    constraint workflow_histories_sha256_check check (sha256 ~ '^[0-9a-f]{64}$')
  );
  create index workflow_histories_client_order_id_idx on workflow_histories (client_order_id, closed_at);
  create index workflow_histories_closed_at_idx on workflow_histories (closed_at);
`;

/** How the processes of a deployment share the exchange's limit. */
export const REQUEST_LEASES = `
  create table request_leases (
    process_id text primary key,
    held integer not null,
    wanted integer not null,
    requests_per_second integer not null,
    paused_until timestamptz not null,
    is_leaving boolean not null,
    expires_at timestamptz not null
  );
`;
