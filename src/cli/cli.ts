/** What every verb is given. */
import type { Environment } from '../engine/settings/environment.ts';
import type { ReplayPool } from '../audit/replay/replay-pool.ts';
import type { Output } from './output.ts';

/** Commands that start an engine. */
export type ServerName = 'start' | 'worker' | 'demo';

export interface Cli {
  environment: Environment;
  output: Output;
  /** Aborted by Ctrl-C. */
  stop: AbortSignal;
  /** Runs a server until it ends or is to stop. */
  launch(server: ServerName, stop: AbortSignal): Promise<void>;
  /** Asks the person at the terminal to confirm; left out where there is no terminal. */
  ask?: (question: string) => Promise<boolean>;
  /** Default `orders`, which every worker serves. */
  taskQueue?: string;
  /** Of the audit. Default: processes of each command's own. */
  replayPool?: ReplayPool;
}
