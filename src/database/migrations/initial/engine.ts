/** How far the clocks of database and exchange were from each process's own. A process adds a row once an hour, and at a change. */
export const CLOCK_OFFSETS = `
  create table clock_offsets (
    id bigint generated always as identity primary key,
    process text not null,
    clock text not null,
    offset_ms integer not null,
    measured_at timestamptz not null default clock_timestamp(),
    constraint clock_offsets_clock_check check (clock in ('database', 'exchange'))
  );
  create index clock_offsets_measured_at_idx on clock_offsets (measured_at);
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
