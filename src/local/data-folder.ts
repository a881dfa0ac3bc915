/** Where a checkout keeps the data of its embedded servers. Ignored by git; deleting it forgets every order. */
import { join } from 'node:path';

/** `.order-sync` of the present folder. */
export function dataFolder(...parts: string[]): string {
  return join(process.cwd(), '.order-sync', ...parts);
}
