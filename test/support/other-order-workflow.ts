/** A workflow of the same name and another history: what a run of it leaves behind does not replay with the real one. */
import { condition } from '@temporalio/workflow';

export async function orderWorkflow(): Promise<void> {
  await condition(() => false, '1 day');
}
