/** What a run leaves behind for whoever looks into it. */
import { cp, stat } from 'node:fs/promises';

/** Of workers, clients and servers, without their data. */
export async function keepLogs(from: string, to: string): Promise<void> {
  const isLog = async (path: string): Promise<boolean> =>
    /\.(log|jsonl)$/.test(path) || (await stat(path)).isDirectory();
  await cp(from, to, { recursive: true, filter: isLog });
}
