import { defineEntity, p } from '@mikro-orm/postgresql';
import type { LeafKind } from '../../ports/transparency-log.ts';
import { id, json, now, text, timestamp, writtenIn } from '../columns/index.ts';

/** Append-only; a trigger refuses every change. */
export const LogLeafEntity = defineEntity({
  name: 'LogLeaf',
  tableName: 'log_leaves',
  properties: {
    index: id(),
    kind: text<LeafKind>(),
    ref: text(),
    hash: p.blob(),
    writtenIn: writtenIn(),
    rowId: p.bigint('string'),
  },
});

/** Append-only, too. */
export const LogNodeEntity = defineEntity({
  name: 'LogNode',
  tableName: 'log_nodes',
  properties: {
    level: p.integer().primary(),
    index: p.bigint('string').primary(),
    hash: p.blob(),
  },
});

export const LogHeadEntity = defineEntity({
  name: 'LogHead',
  tableName: 'log_heads',
  properties: {
    size: id(),
    note: text(),
    verifierKeys: json<string[]>(),
    signedAt: now(),
    publishedAt: timestamp().strictNullable(),
  },
});
