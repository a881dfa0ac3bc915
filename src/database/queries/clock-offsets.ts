import type { EntityManager } from '@mikro-orm/postgresql';
import type { ClockOffset, MeasuredOffset } from '../../ports/clocks.ts';
import { storable } from '../columns/storable.ts';
import { ClockOffsetEntity } from '../entities/engine.ts';
import { readRow } from './plain-row.ts';

/** Twice the time within which each process that runs adds a row. */
const VALID_FOR = `interval '2 hours'`;

export async function recordOffset(em: EntityManager, { process, clock, offsetMs }: MeasuredOffset): Promise<void> {
  await em.execute('insert into clock_offsets (process, clock, offset_ms) values (?, ?, ?)', [
    storable(process),
    clock,
    offsetMs,
  ]);
}

export async function latestOffsets(em: EntityManager): Promise<ClockOffset[]> {
  const rows = await em.execute<object[]>(
    `select distinct on (process, clock) * from clock_offsets where measured_at > statement_timestamp() - ${VALID_FOR}
     order by process, clock, measured_at desc, id desc`,
  );
  return rows.map((row) => toOffset(em, row));
}

export async function offsetsBetween(em: EntityManager, from: string, to: string): Promise<ClockOffset[]> {
  const rows = await em.execute<object[]>(
    `select * from clock_offsets where measured_at between ?::timestamptz - ${VALID_FOR} and ?::timestamptz
     order by measured_at, id`,
    [from, to],
  );
  return rows.map((row) => toOffset(em, row));
}

export async function deleteOffsetsOlderThan(em: EntityManager, days: number): Promise<void> {
  await em.execute(`delete from clock_offsets where measured_at < statement_timestamp() - ? * interval '1 day'`, [
    days,
  ]);
}

function toOffset(em: EntityManager, row: object): ClockOffset {
  const { id: _id, ...offset } = readRow(em, ClockOffsetEntity, row);
  return offset;
}
