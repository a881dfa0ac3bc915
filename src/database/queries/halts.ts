import type { EntityManager } from '@mikro-orm/postgresql';
import type { Halt, HaltStatus, HaltRequest, ResumeRequest } from '../../ports/halt-store.ts';
import { storable } from '../columns/storable.ts';
import { HaltEntity } from '../entities/halt.ts';
import { openUnderHalt } from './open-trades.ts';
import { readRow } from './plain-row.ts';

/**
 * A statement that began before the halt was committed does not see it, and may still commit an order's intent or an
 * attempt. It ends within this time (STATEMENT_TIMEOUT_MS).
 */
const UNSEEN_FOR = `interval '5 seconds'`;

/** Whether placing is halted for the bot that the expression names. Part of the statements that commit an attempt. */
export function isHalted(bot: string): string {
  return `exists (select from halts where resumed_at is null and (bot_id is null or bot_id = ${bot}))`;
}

export async function haltOf(em: EntityManager, botId: string): Promise<Halt | null> {
  const [row] = await em.execute(
    'select * from halts where resumed_at is null and (bot_id is null or bot_id = ?) order by since limit 1',
    [storable(botId)],
  );
  return row === undefined ? null : toHalt(em, row);
}

export async function halt(em: EntityManager, request: HaltRequest): Promise<Halt> {
  const { botId, requestedBy, sentBy = null, reason, cancelOpen } = request;
  const bot = botId === null ? null : storable(botId);
  const [row] = await em.execute(
    `insert into halts (bot_id, requested_by, sent_by, reason, cancel_open) values (?::text, ?, ?::text, ?, ?)
     on conflict (coalesce(bot_id, '')) where resumed_at is null
     do update set cancel_open = halts.cancel_open or excluded.cancel_open returning *`,
    [bot, storable(requestedBy), sentBy && storable(sentBy), storable(reason), cancelOpen],
  );
  return toHalt(em, row);
}

export async function resume(em: EntityManager, request: ResumeRequest): Promise<Halt | null> {
  const { botId, requestedBy, sentBy = null, reason } = request;
  const [row] = await em.execute(
    `update halts set resumed_at = clock_timestamp(), resumed_by = ?, resume_sent_by = ?::text, resume_reason = ?
     where resumed_at is null and coalesce(bot_id, '') = ? returning *`,
    [storable(requestedBy), sentBy && storable(sentBy), storable(reason), storable(botId ?? '')],
  );
  return row === undefined ? null : toHalt(em, row);
}

export async function listHalts(em: EntityManager): Promise<HaltStatus[]> {
  const rows = await em.execute<{ can_be_flat: boolean }[]>(
    `select *, since + ${UNSEEN_FOR} < clock_timestamp() as can_be_flat from halts
     where resumed_at is null order by since, id`,
  );
  const listed: HaltStatus[] = [];
  for (const row of rows) {
    const inForce = toHalt(em, row);
    const open = await openUnderHalt(em, inForce.botId);
    listed.push({ ...inForce, flat: row.can_be_flat && open.length === 0, open });
  }
  return listed;
}

export async function claimCancels(em: EntityManager, processId: string): Promise<Halt[]> {
  const rows = await em.execute(
    `update halts set cancelled_by = ?, cancelled_by_until = clock_timestamp() + interval '10 seconds'
     where resumed_at is null and cancel_open and (cancelled_by = ? or coalesce(cancelled_by_until < clock_timestamp(), true))
     returning *`,
    [processId, processId],
  );
  return rows.map((row) => toHalt(em, row));
}

function toHalt(em: EntityManager, row: object | undefined): Halt {
  if (row === undefined) throw new Error('a statement that must return a halt returned none');
  const { botId, since, requestedBy, sentBy, reason, cancelOpen } = readRow(em, HaltEntity, row);
  return { botId, since, requestedBy, sentBy, reason, cancelOpen };
}
