import { Migration } from '@mikro-orm/migrations';

/** How the processes of a deployment share the exchange's limit. */
export class RequestLeases extends Migration {
  override up(): void {
    this.addSql(`
      create table request_leases (
        process_id text primary key,
        held integer not null,
        wanted integer not null,
        requests_per_second integer not null,
        paused_until timestamptz not null,
        is_leaving boolean not null,
        expires_at timestamptz not null
      );
    `);
  }
}
