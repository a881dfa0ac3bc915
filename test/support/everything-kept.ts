/** All that a deployment leaves behind, as text to be searched. */
import { MikroORM } from '@mikro-orm/postgresql';
import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';

/** Each row of each table, as JSON after the table's name. */
export async function everyRow(databaseUrl: string): Promise<string[]> {
  const orm = new MikroORM({ clientUrl: databaseUrl, entities: [], discovery: { warnWhenNoEntities: false } });
  try {
    const database = orm.em.getConnection();
    const tables = await database.execute<{ name: string }[]>(
      "select quote_ident(tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')",
    );
    const rows: string[] = [];
    for (const { name } of tables) {
      const found = await database.execute<{ row: string }[]>(`select row_to_json(t)::text as row from ${name} t`);
      rows.push(...found.map(({ row }) => `${name} ${row}`));
    }
    return rows;
  } finally {
    await orm.close();
  }
}

/** Each event of each run, as the bytes that Temporal keeps: payloads are readable in them. */
export async function everyHistoryEvent({ workflow }: Client): Promise<string[]> {
  const events: string[] = [];
  for await (const { workflowId, runId } of workflow.list()) {
    const history = await workflow.getHandle(workflowId, runId).fetchHistory();
    for (const event of history.events ?? []) {
      const bytes = proto.temporal.api.history.v1.HistoryEvent.encode(event).finish();
      events.push(Buffer.from(bytes).toString('latin1'));
    }
  }
  return events;
}
