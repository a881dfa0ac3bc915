import { defineEntity, p } from '@mikro-orm/postgresql';
import { text, timestamp } from '../columns/index.ts';

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
