/** A process of the pool: replays what its parent sends, in that order, and answers. */
import { readFile } from 'node:fs/promises';
import { Runtime } from '@temporalio/worker';
import { messageOf } from '../../domain/message-of.ts';
import { createLog } from '../../process/log.ts';
import { leaveOutGuards } from './lean-sandbox.ts';
import type { ReplayRequest } from './replay-pool.ts';
import { noFindings, type Replay } from './replayed-run.ts';
import { Replayer } from './replayer.ts';

/** By the file of the build's code, and by the code: copies of a bundle have the same in several files. */
const replayers = new Map<string, Replayer>();

leaveOutGuards();
const logging = { filter: { core: 'ERROR', other: 'ERROR' }, forward: {} } as const;
Runtime.install({ logger: createLog({ level: 'error' }), shutdownSignals: [], telemetryOptions: { logging } });
// A terminal's Ctrl-C is for the parent, and this process ends with it.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(0));

let last = Promise.resolve();
process.on('message', (request: ReplayRequest & { id: number }) => {
  last = last.then(async () => {
    process.send?.({ id: request.id, replay: await replay(request) });
  });
});

async function replay({ codeFile, workflowId, history }: ReplayRequest): Promise<Replay> {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(history).toString('utf8'));
    return await (await replayerOf(codeFile)).replay(workflowId, parsed);
  } catch (error) {
    return { ...noFindings(), error: messageOf(error) };
  }
}

async function replayerOf(codeFile: string): Promise<Replayer> {
  const known = replayers.get(codeFile);
  if (known !== undefined) return known;
  const code = await readFile(codeFile, 'utf8');
  const replayer = replayers.get(code) ?? new Replayer(code);
  replayers.set(codeFile, replayer).set(code, replayer);
  return replayer;
}
