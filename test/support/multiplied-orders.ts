/** Many orders out of one: every row and the archived history again under other ids, as if each order had been placed. */
import { hash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { MikroORM } from '@mikro-orm/postgresql';
import type { ArchivedRun } from '../../src/ports/history-archive.ts';
import type { TestEngine } from './engine.ts';

const AT_ONCE = 500;
/** The database gives them. */
const OWN_COLUMNS = `'id', 'written_in'`;

export async function multiplyOrder(
  { trades, engine: { database } }: TestEngine,
  orm: MikroORM,
  { clientOrderId, times }: { clientOrderId: string; times: number },
): Promise<void> {
  const trade = await trades.find(clientOrderId);
  const [run, ...others] = await database.histories.runsOf(clientOrderId);
  if (!trade?.orderId || run === undefined || others.length > 0)
    throw new Error(`${clientOrderId} is not an archived order of one run`);
  const ids = { clientOrderId, orderId: trade.orderId, runId: run.runId };
  for (let from = 1; from <= times; from += AT_ONCE) {
    const to = Math.min(from + AT_ONCE - 1, times);
    await multiplyRows(orm, 'trades', { where: 'client_order_id', is: clientOrderId, ids, from, to });
    await multiplyRows(orm, 'order_events', { where: 'client_order_id', is: clientOrderId, ids, from, to });
    await multiplyRows(orm, 'fills', { where: 'order_id', is: trade.orderId, ids, from, to });
    for (let index = from; index <= to; index += 1) await database.histories.add(renamedRun(run, ids, index));
  }
}

interface Ids {
  clientOrderId: string;
  orderId: string;
  /** Of the order's only run. Another one has other digits at its end. */
  runId: string;
}

const RUN_DIGITS = 8;

const OTHER_VALUES: Readonly<Record<string, string>> = {
  // An entry of the fills has an id that no other order's has, whatever it is made of.
  fills: `|| jsonb_build_object('entry_id', original.entry_id || '-' || i)`,
  // Nothing has happened to the orders for an hour.
  trades: `|| jsonb_build_object('updated_at', original.updated_at - interval '1 hour')`,
};

interface Rows {
  where: string;
  is: string;
  ids: Ids;
  from: number;
  to: number;
}

async function multiplyRows(orm: MikroORM, table: string, { where, is, ids, from, to }: Rows): Promise<void> {
  const em = orm.em.fork();
  const [{ columns }] = await em.execute<[{ columns: string }]>(
    `select string_agg(column_name, ', ' order by ordinal_position) as columns from information_schema.columns
     where table_schema = 'public' and table_name = ? and column_name not in (${OWN_COLUMNS})`,
    [table],
  );
  const { clientOrderId, orderId, runId } = ids;
  const changed = OTHER_VALUES[table] ?? '';
  await em.execute(
    `insert into ${table} (${columns})
     select ${columns.replaceAll(/\w+/g, 'made.$&')} from generate_series(?::integer, ?::integer) i, ${table} original,
       jsonb_populate_record(null::${table},
         replace(replace(replace(to_jsonb(original)::text, ?, ? || '-' || i), ?, ? || '-' || i),
           ?, ? || lpad(to_hex(i), ${RUN_DIGITS}, '0'))::jsonb ${changed}) made
     where original.${where} = ? order by i, original.id`,
    [from, to, clientOrderId, clientOrderId, orderId, orderId, runId, runId.slice(0, -RUN_DIGITS), is],
  );
}

function renamedRun(run: ArchivedRun, { clientOrderId, orderId, runId }: Ids, index: number): ArchivedRun {
  const ownRunId = `${runId.slice(0, -RUN_DIGITS)}${index.toString(16).padStart(RUN_DIGITS, '0')}`;
  const rename = (text: string): string =>
    text
      .replaceAll(clientOrderId, `${clientOrderId}-${index}`)
      .replaceAll(orderId, `${orderId}-${index}`)
      .replaceAll(runId, ownRunId);
  // What a payload holds is JSON in base64.
  const history = rename(gunzipSync(run.history).toString('utf8')).replaceAll(
    /"data":\s*"([A-Za-z0-9+/=]+)"/g,
    (_all, data: string) =>
      `"data":"${Buffer.from(rename(Buffer.from(data, 'base64').toString())).toString('base64')}"`,
  );
  return {
    ...run,
    runId: ownRunId,
    clientOrderId: rename(run.clientOrderId),
    workflowId: rename(run.workflowId),
    finalState: JSON.parse(rename(JSON.stringify(run.finalState))),
    history: gzipSync(history),
    sha256: hash('sha256', history),
  };
}
