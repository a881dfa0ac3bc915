import { defineEntity, p } from '@mikro-orm/postgresql';
import { id, now, text, timestamp } from '../columns/index.ts';

/** Who stopped what, when and why, and who let it continue. In force while `resumed_at` is null. */
export const HaltEntity = defineEntity({
  name: 'Halt',
  tableName: 'halts',
  properties: {
    id: id(),
    botId: text().strictNullable(),
    since: now(),
    requestedBy: text(),
    sentBy: text().strictNullable(),
    reason: text(),
    cancelOpen: p.boolean(),
    /** The process that cancels the open orders, and until when no other does. */
    cancelledBy: text().strictNullable(),
    cancelledByUntil: timestamp().strictNullable(),
    resumedAt: timestamp().strictNullable(),
    resumedBy: text().strictNullable(),
    resumeSentBy: text().strictNullable(),
    resumeReason: text().strictNullable(),
  },
});
