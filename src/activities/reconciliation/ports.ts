import type { OrderWorkflows } from '../../ports/order-workflows.ts';
import type { ReconciliationStore } from '../../ports/reconciliation-store.ts';
import type { Ports } from '../order/ports.ts';

export interface ReconciliationPorts extends Ports {
  reconciliations: ReconciliationStore;
  orderWorkflows: OrderWorkflows;
}
