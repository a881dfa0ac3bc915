import { defineEntity, p } from '@mikro-orm/postgresql';
import type { ClockName } from '../../ports/clocks.ts';
import { id, now, text, timestamp } from '../columns/index.ts';

/** What a process holds of the requests that the deployment may send in a second. Its times are the database's. */
export const RequestLeaseEntity = defineEntity({
  name: 'RequestLease',
  tableName: 'request_leases',
  properties: {
    processId: text().primary(),
    held: p.integer(),
    wanted: p.integer(),
    requestsPerSecond: p.integer(),
    pausedUntil: timestamp(),
    isLeaving: p.boolean(),
    expiresAt: timestamp(),
  },
});

/** How far a clock was ahead of that of a process, as the process measured it. The time is the database's. */
export const ClockOffsetEntity = defineEntity({
  name: 'ClockOffset',
  tableName: 'clock_offsets',
  properties: {
    id: id(),
    process: text(),
    clock: text<ClockName>(),
    offsetMs: p.integer(),
    measuredAt: now(),
  },
});
