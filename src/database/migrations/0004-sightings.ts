import { Migration } from '@mikro-orm/migrations';

/** What reconciliation remembers from run to run: differences that it sees, and what was done about an issue. */
export class Sightings extends Migration {
  override up(): void {
    this.addSql(SIGHTINGS);
    this.addSql(REPAIRS);
    this.addSql(INDEXES);
  }
}

const SIGHTINGS = `
  create table sightings (
    id bigint generated always as identity primary key,
    kind text not null,
    order_id text,
    client_order_id text,
    first_seen_at timestamptz not null default clock_timestamp(),
    first_run_id bigint not null references reconciliation_runs (id),
    last_run_id bigint not null references reconciliation_runs (id)
  );
  create unique index sightings_key on sightings (kind, coalesce(order_id, ''), coalesce(client_order_id, ''));
`;

const REPAIRS = `
  alter table sync_issues
    add column level text not null default 'warning',
    add column repairs integer not null default 0,
    add column repaired_at timestamptz,
    add constraint sync_issues_level_check check (level in ('warning', 'critical'));
`;

/** Runs read open trades, and ended ones that changed lately or lack fills, among all that ever were. */
const INDEXES = `
  create index trades_open_idx on trades (id) where status in ('placing', 'pending', 'stale');
  create index trades_ended_idx on trades (updated_at) where status not in ('placing', 'pending', 'stale');
  create index trades_fills_incomplete_idx on trades (id)
    where not fills_complete and order_id is not null and status not in ('placing', 'pending', 'stale');
  create index sync_issues_unresolved_idx on sync_issues (id) where resolved_at is null;
  create index sync_issues_run_id_idx on sync_issues (run_id);
`;
