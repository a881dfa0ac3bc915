/** What a run takes place on: real servers, a proxy on each link, and two workers. */
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { startLinkProxy, type LinkProxy } from '../../test/links/link-proxy.ts';
import { startLinks, type Links } from '../../test/links/links.ts';
import { startStage, type Stage } from '../stage.ts';
import { WorkerProcess } from '../worker-process.ts';

export interface Arena extends Stage {
  /** By the names of their ends. */
  links: Record<string, LinkProxy>;
  /** One that is killed again and again, and one that may live. */
  workers: readonly [WorkerProcess, WorkerProcess];
  /** Of each worker's HTTP interface, through proxies. */
  httpUrls: readonly string[];
  /** Of Temporal for bots, through a proxy of their own. */
  botAddress: string;
}

/** Far above what the orders need, so that the faults decide the pace and not the budget. */
const REQUESTS_PER_SECOND = 500;
const RECONCILE_EVERY_SECONDS = 15;

/** Starts everything; stops what it has started when one of the parts fails or the signal is aborted. */
export async function startArena({ seed, signal }: { seed: number; signal: AbortSignal }): Promise<Arena> {
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const act of undo.splice(0).toReversed()) await act();
  };
  try {
    const ports = [await freePort(), await freePort()] as const;
    let opened: Links | undefined;
    const stage = await startStage({
      name: 'torture',
      simulator: { seed, reportAliasAsBook: true },
      requestsPerSecond: REQUESTS_PER_SECOND,
      keepsWorkflows: true,
      signal,
      workerSettings: {
        RECONCILE_EVERY_SECONDS: String(RECONCILE_EVERY_SECONDS),
        ORDER_SYNC_HTTP_PORT: String(ports[0]),
      },
      links: async (targets) => (opened = await startLinks(targets)),
    });
    undo.push(() => stage.stop());
    if (opened === undefined) throw new Error('the worker was started without its links');
    const { temporal, database, rest, push } = opened;

    const second = new WorkerProcess(`${stage.folder}/second`, {
      ...stage.workerEnvironment,
      ORDER_SYNC_HTTP_PORT: String(ports[1]),
    });
    const supervision = second.supervise();
    undo.push(async () => {
      await second.stop();
      await supervision;
    });
    const proxy = async (target: string): Promise<LinkProxy> => {
      const link = await startLinkProxy(target);
      undo.push(() => link.close());
      return link;
    };
    const bots = await proxy(stage.temporalAddress);
    const http = [await proxy(`http://127.0.0.1:${ports[0]}`), await proxy(`http://127.0.0.1:${ports[1]}`)] as const;
    await second.ready(signal);
    signal.throwIfAborted();
    return {
      ...stage,
      links: {
        'worker–Temporal': temporal,
        'worker–PostgreSQL': database,
        'worker–REST': rest,
        'worker–WebSocket': push,
        'bot–Temporal': bots,
        'bot–HTTP (first worker)': http[0],
        'bot–HTTP (second worker)': http[1],
      },
      workers: [stage.worker, second],
      httpUrls: http.map(({ target }) => target),
      botAddress: bots.target,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
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
