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
