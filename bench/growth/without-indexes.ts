/** Loading rows is several times as fast without indexes, which are then built in one go. */
import type { Sql } from '../world.ts';

interface Definition {
  remove: string;
  restore: string;
}

/** All indexes and constraints except primary keys; foreign keys are removed first, and restored last. */
const DEFINITIONS = `
  select * from (
    select format('alter table %s drop constraint %I', conrelid::regclass, conname) as remove,
      format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as restore,
      contype = 'f' as refers, conname as name
    from pg_constraint where contype in ('f', 'u') and connamespace = current_schema()::regnamespace
      and conrelid = any(?::text[]::regclass[])
    union all
    select format('drop index %I', c.relname), pg_get_indexdef(c.oid), false, c.relname
    from pg_index i join pg_class c on c.oid = i.indexrelid
    where i.indrelid = any(?::text[]::regclass[])
      and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u'))
  ) definitions
  order by refers desc, name`;

/** Removes the tables' indexes and constraints while `load` runs. */
export async function withoutIndexes(
  { query }: Pick<Sql, 'query'>,
  tables: readonly string[],
  { load, onProgress }: { load: () => Promise<void>; onProgress: (line: string) => void },
): Promise<void> {
  const names = `{${tables.join(',')}}`;
  const definitions = await query<Definition & object>(DEFINITIONS, [names, names]);
  for (const { remove } of definitions) await query(remove);
  await load();
  onProgress('building the indexes');
  for (const { restore } of definitions.toReversed()) await query(restore);
}
