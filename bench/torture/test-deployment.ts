/** What a run needs: real servers and several workers, with a proxy on each link if links are to fail. */
import { cp, stat } from 'node:fs/promises';
import { freePort } from '../../src/local/free-port.ts';
import { startLinkProxy, type LinkProxy } from '../../test/links/link-proxy.ts';
import { startLinks, type Links } from '../../test/links/links.ts';
import { startTestBed, type TestBed, type TestBedOptions } from '../test-bed.ts';
import { WorkerProcess } from '../worker-process.ts';

export interface TestDeployment extends TestBed {
  /** By the names of their ends; none if links do not fail. */
  links: Record<string, LinkProxy>;
  workers: readonly WorkerProcess[];
  /** Of each worker's HTTP interface. */
  httpUrls: readonly string[];
  /** Bots' address of Temporal. */
  botAddress: string;
}

export interface TestDeploymentOptions extends Pick<
  TestBedOptions,
  'name' | 'requestsPerSecond' | 'temporal' | 'signal'
> {
  seed: number;
  /** How many. */
  workers: number;
  /** Whether there is a proxy on each link. */
  linksFail: boolean;
  /** Left out: as often as by default. */
  reconcileEverySeconds?: number;
}

/** Starts everything; stops what it has started when one of the parts fails or the signal is aborted. */
async function startTestDeployment({
  seed,
  linksFail,
  reconcileEverySeconds,
  workers: count,
  ...options
}: TestDeploymentOptions): Promise<TestDeployment> {
  const { signal } = options;
  await using resources = new AsyncDisposableStack();
  // Known before the workers start, because a restarted one must have the port that the bots know.
  const ports: number[] = [];
  for (let worker = 0; worker < count; worker += 1) ports.push(await freePort());
  let opened: Links | undefined;
  const testBed = await startTestBed({
    ...options,
    simulator: { seed, reportAliasAsBook: true },
    keepsWorkflows: true,
    workerSettings: {
      ...(reconcileEverySeconds !== undefined && { RECONCILE_EVERY_SECONDS: String(reconcileEverySeconds) }),
      ORDER_SYNC_HTTP_PORT: String(ports[0]),
    },
    ...(linksFail && { links: async (targets) => (opened = await startLinks(targets)) }),
  });
  resources.defer(() => testBed.stop());

  const workers = [testBed.worker];
  for (const [index, port] of ports.slice(1).entries()) {
    const environment = { ...testBed.workerEnvironment, ORDER_SYNC_HTTP_PORT: String(port) };
    const worker = new WorkerProcess(`${testBed.folder}/worker-${index + 2}`, environment);
    const supervision = worker.supervise();
    resources.defer(async () => {
      await worker.stop();
      await supervision;
    });
    workers.push(worker);
  }
  const links = opened === undefined ? {} : workersLinks(opened);
  const proxied = async (name: string, target: string): Promise<string> => {
    if (!linksFail) return target;
    const link = await startLinkProxy(target);
    resources.defer(() => link.close());
    links[name] = link;
    return link.target;
  };
  const botAddress = await proxied('bot–Temporal', testBed.temporalAddress);
  const httpUrls: string[] = [];
  for (const [index, port] of ports.entries())
    httpUrls.push(await proxied(`bot–HTTP (worker ${index + 1})`, `http://127.0.0.1:${port}`));
  for (const worker of workers) await worker.ready(signal);
  signal.throwIfAborted();
  const started = resources.move();
  return { ...testBed, links, workers, httpUrls, botAddress, stop: () => started.disposeAsync() };
}

/** Stops everything after `work`; before that the logs are copied to `keep`, unless it is null. */
export async function withTestDeployment<Result>(
  options: TestDeploymentOptions,
  keep: string | null,
  work: (deployment: TestDeployment) => Promise<Result>,
): Promise<Result> {
  const deployment = await startTestDeployment(options);
  try {
    return await work(deployment);
  } finally {
    if (keep !== null) await keepLogs(deployment.folder, keep);
    await deployment.stop();
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

/** Copies the logs of workers, clients and servers, without their data. */
async function keepLogs(from: string, to: string): Promise<void> {
  const isLog = async (path: string): Promise<boolean> =>
    /\.(log|jsonl)$/.test(path) || (await stat(path)).isDirectory();
  await cp(from, to, { recursive: true, filter: isLog });
}

/** The number of orders of each status, in words; never rejects. */
export function openOrdersInWords({ database }: TestDeployment): Promise<string> {
  return database.counts().then(
    ({ openOrders: { placing, pending, stale } }) =>
      `${placing.count} placing, ${pending.count} pending, ${stale.count} stale`,
    (error: unknown) => `database unreachable: ${String(error)}`,
  );
}
