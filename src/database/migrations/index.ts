/** Every migration, oldest first. Listed by hand so that the compiled package has no folder to search; a name, once released, never changes. */
import { Orders } from './0001-orders.ts';
import { Reconciliation } from './0002-reconciliation.ts';
import { WorkflowHistories } from './0003-workflow-histories.ts';
import { Sightings } from './0004-sightings.ts';
import { RequestLeases } from './0005-request-leases.ts';

export const MIGRATIONS = [
  { name: '0001-orders', class: Orders },
  { name: '0002-reconciliation', class: Reconciliation },
  { name: '0003-workflow-histories', class: WorkflowHistories },
  { name: '0004-sightings', class: Sightings },
  { name: '0005-request-leases', class: RequestLeases },
];
