/** What a run takes place on: real servers and several workers, with a proxy on each link where links are to fail. */
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { startLinkProxy, type LinkProxy } from '../../test/links/link-proxy.ts';
import { startLinks, type Links } from '../../test/links/links.ts';
import { startStage, type Stage, type StageOptions } from '../stage.ts';
import { WorkerProcess } from '../worker-process.ts';
import { keepLogs } from './keep-logs.ts';

export interface Arena extends Stage {
  /** By the names of their ends; none where links do not fail. */
  links: Record<string, LinkProxy>;
  workers: readonly WorkerProcess[];
  /** Of each worker's HTTP interface. */
  httpUrls: readonly string[];
  /** Of Temporal for bots. */
  botAddress: string;
}

export interface ArenaOptions extends Pick<StageOptions, 'name' | 'requestsPerSecond' | 'temporal' | 'signal'> {
  seed: number;
  /** How many. */
  workers: number;
  /** Whether there is a proxy on each link. */
  linksFail: boolean;
}

const RECONCILE_EVERY_SECONDS = 15;

/** Starts everything; stops what it has started when one of the parts fails or the signal is aborted. */
async function startArena({ seed, linksFail, workers: count, ...options }: ArenaOptions): Promise<Arena> {
  const { signal } = options;
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const act of undo.splice(0).toReversed()) await act();
  };
  try {
    const ports: number[] = [];
    for (let worker = 0; worker < count; worker += 1) ports.push(await freePort());
    let opened: Links | undefined;
    const stage = await startStage({
      ...options,
      simulator: { seed, reportAliasAsBook: true },
      keepsWorkflows: true,
      workerSettings: {
        RECONCILE_EVERY_SECONDS: String(RECONCILE_EVERY_SECONDS),
        ORDER_SYNC_HTTP_PORT: String(ports[0]),
      },
      ...(linksFail && { links: async (targets) => (opened = await startLinks(targets)) }),
    });
    undo.push(() => stage.stop());

    const workers = [stage.worker];
    for (const [index, port] of ports.slice(1).entries()) {
      const environment = { ...stage.workerEnvironment, ORDER_SYNC_HTTP_PORT: String(port) };
      const worker = new WorkerProcess(`${stage.folder}/worker-${index + 2}`, environment);
      const supervision = worker.supervise();
      undo.push(async () => {
        await worker.stop();
        await supervision;
      });
      workers.push(worker);
    }
    const links = opened === undefined ? {} : workersLinks(opened);
    const proxied = async (name: string, target: string): Promise<string> => {
      if (!linksFail) return target;
      const link = await startLinkProxy(target);
      undo.push(() => link.close());
      links[name] = link;
      return link.target;
    };
    const botAddress = await proxied('bot–Temporal', stage.temporalAddress);
    const httpUrls: string[] = [];
    for (const [index, port] of ports.entries())
      httpUrls.push(await proxied(`bot–HTTP (worker ${index + 1})`, `http://127.0.0.1:${port}`));
    for (const worker of workers) await worker.ready(signal);
    signal.throwIfAborted();
    return { ...stage, links, workers, httpUrls, botAddress, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Stops everything when `work` has ended; its logs are copied to `keep` before that, unless it is null. */
export async function withArena<Result>(
  options: ArenaOptions,
  keep: string | null,
  work: (arena: Arena) => Promise<Result>,
): Promise<Result> {
  const arena = await startArena(options);
  try {
    return await work(arena);
  } finally {
    if (keep !== null) await keepLogs(arena.folder, keep);
    await arena.stop();
  }
}

function workersLinks({ temporal, database, rest, push }: Links): Record<string, LinkProxy> {
  return {
    'worker–Temporal': temporal,
    'worker–PostgreSQL': database,
    'worker–REST': rest,
    'worker–WebSocket': push,
  };
}

/** A worker that is killed has to come back where the bots know it. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
