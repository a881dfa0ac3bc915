import type { EntityManager } from '@mikro-orm/postgresql';
import type { OthersLease, RequestLease, RequestLeases } from '../../ports/request-leases.ts';

/** Any number that no other program takes for an advisory lock in the same database: "ordlease" in ASCII. */
export const LEASE_LOCK = '8030591502275146597';

interface LeaseRow {
  process_id: string;
  held: number;
  wanted: number;
  requests_per_second: number;
  paused_for_ms: number;
  is_leaving: boolean;
  has_lapsed: boolean;
}

const LEASES = `select process_id, held, wanted, requests_per_second, is_leaving, expires_at < clock_timestamp() as has_lapsed,
    greatest(0, ceil(extract(epoch from paused_until - clock_timestamp()) * 1000))::integer as paused_for_ms
  from request_leases`;

const KEEP = `insert into request_leases
    (process_id, held, wanted, requests_per_second, is_leaving, paused_until, expires_at)
  values (?, ?, ?, ?, ?, clock_timestamp() + ? * interval '1 millisecond', clock_timestamp() + ? * interval '1 millisecond')
  on conflict (process_id) do update set held = excluded.held, wanted = excluded.wanted,
    requests_per_second = excluded.requests_per_second, is_leaving = excluded.is_leaving,
    paused_until = excluded.paused_until, expires_at = excluded.expires_at`;

export async function renewRequestLease(
  em: EntityManager,
  ...[processId, decide]: Parameters<RequestLeases['renew']>
): Promise<void> {
  // A statement of its own: the next one sees what whoever had the lock before has committed.
  await em.execute('select pg_advisory_xact_lock(?::bigint)', [LEASE_LOCK]);
  const rows = await em.execute<LeaseRow[]>(`${LEASES} where process_id <> ?`, [processId]);
  const { lease, lastsMs, expired } = decide(rows.map(toLease));
  const over = lease === null ? [...expired, processId] : expired;
  for (const id of over) await em.execute('delete from request_leases where process_id = ?', [id]);
  if (lease === null) return;
  const { held, wanted, requestsPerSecond, pausedForMs, isLeaving } = lease;
  await em.execute(KEEP, [processId, held, wanted, requestsPerSecond, isLeaving, Math.ceil(pausedForMs), lastsMs]);
}

/** Those in force. */
export async function listRequestLeases(em: EntityManager): Promise<RequestLease[]> {
  const rows = await em.execute<LeaseRow[]>(`${LEASES} where expires_at >= clock_timestamp()`);
  return rows.map(toLease);
}

function toLease(row: LeaseRow): OthersLease {
  return {
    processId: row.process_id,
    held: row.held,
    wanted: row.wanted,
    requestsPerSecond: row.requests_per_second,
    pausedForMs: row.paused_for_ms,
    isLeaving: row.is_leaving,
    hasLapsed: row.has_lapsed,
  };
}
