import type { EntityManager } from '@mikro-orm/postgresql';
import type { SignedHead } from '../../ports/transparency-log.ts';
import { jsonText } from '../columns/storable.ts';
import { LogHeadEntity } from '../entities/log.ts';
import { readRow } from './plain-row.ts';

export async function newestHead(em: EntityManager): Promise<SignedHead | null> {
  const [row] = await em.execute('select * from log_heads order by size desc limit 1');
  return row === undefined ? null : toHead(em, row);
}

/** Heads that were never published are not kept. */
export async function recordHead(
  em: EntityManager,
  { size, note, verifierKeys }: Omit<SignedHead, 'signedAt'>,
): Promise<void> {
  await em.execute(
    `with replaced as (delete from log_heads where published_at is null and size < ?)
     insert into log_heads (size, note, verifier_keys)
     select ?, ?, ?::jsonb where not exists (select from log_heads where size > ?)
     on conflict (size) do update
       set note = excluded.note, verifier_keys = excluded.verifier_keys, signed_at = excluded.signed_at`,
    [size, size, note, jsonText(verifierKeys), size],
  );
}

/** The condition on the row itself holds for the second of two processes, too: it waits for the first. */
export async function claimPublication(em: EntityManager, everySeconds: number): Promise<SignedHead | null> {
  const [row] = await em.execute(
    `update log_heads set published_at = clock_timestamp()
     where size = (select max(size) from log_heads)
       and coalesce(published_at < clock_timestamp() - ? * interval '1 second', true)
       and not exists (
         select from log_heads where published_at >= clock_timestamp() - ? * interval '1 second')
     returning *`,
    [everySeconds, everySeconds],
  );
  return row === undefined ? null : toHead(em, row);
}

function toHead(em: EntityManager, row: object): SignedHead {
  const { size: leaves, note, verifierKeys, signedAt } = readRow(em, LogHeadEntity, row);
  return { size: Number(leaves), note, verifierKeys, signedAt };
}
