/** A Prometheus server that scrapes one engine and answers queries, until it is stopped. It keeps nothing. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { freePort } from '../../src/local/free-port.ts';
import { startServerProcess } from '../../src/local/server-process.ts';

export interface PrometheusOptions {
  /** The server's path. */
  program: string;
  /** Host and port of the engine's HTTP interface. */
  target: string;
  /** Of that interface; null where it needs none. */
  token: string | null;
  everySeconds: number;
  /** As the label `instance` names the engine. Default: its host and port. */
  instance?: string;
}

/** One line of an answer. Absent and undefined values are left out. */
export interface Series {
  labels: Record<string, string>;
  points: readonly { atSeconds: number; value: number }[];
}

export interface Range {
  fromSeconds: number;
  toSeconds: number;
  stepSeconds: number;
}

export interface Prometheus {
  /** Rejects with Prometheus's own words if the expression cannot be evaluated. */
  queryRange(expr: string, range: Range): Promise<Series[]>;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 30_000;
const HOST = '127.0.0.1';

export async function startPrometheus(options: PrometheusOptions): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'order-sync-prometheus-'));
  const configFile = join(folder, 'prometheus.yaml');
  await writeFile(configFile, stringify(configuration(options)), { mode: 0o600 });
  const address = `${HOST}:${await freePort()}`;
  const url = `http://${address}`;
  const server = startServerProcess({
    name: 'Prometheus',
    command: options.program,
    args: [
      `--config.file=${configFile}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
    ],
    logFile: join(folder, 'server.log'),
    stopSignal: 'SIGKILL',
    deleteFolder: folder,
  });
  await server.waitUntil(() => isReady(url), READY_WITHIN_MS);
  return { queryRange: (expr, range) => queryRange(url, expr, range), stop: server.stop };
}

function configuration({ target, token, everySeconds, instance = target }: PrometheusOptions): object {
  return {
    scrape_configs: [
      {
        job_name: 'order-sync',
        scrape_interval: `${everySeconds}s`,
        scrape_timeout: `${everySeconds}s`,
        ...(token !== null && { authorization: { credentials: token } }),
        static_configs: [{ targets: [target], labels: { instance } }],
      },
    ],
  };
}

async function isReady(url: string): Promise<boolean> {
  const response = await fetch(`${url}/-/ready`).catch(() => null);
  return response?.ok === true;
}

interface RangeAnswer {
  error?: string;
  data?: { result: readonly { metric: Record<string, string>; values: readonly [number, string][] }[] };
}

async function queryRange(url: string, query: string, range: Range): Promise<Series[]> {
  const { fromSeconds, toSeconds, stepSeconds } = range;
  const search = { query, start: String(fromSeconds), end: String(toSeconds), step: String(stepSeconds) };
  const response = await fetch(`${url}/api/v1/query_range?${new URLSearchParams(search)}`);
  const { error, data } = (await response.json()) as RangeAnswer;
  if (data === undefined) throw new Error(`Prometheus cannot evaluate ${query}: ${error ?? response.status}`);
  return data.result.map(({ metric, values }) => ({
    labels: metric,
    points: values.flatMap(([atSeconds, text]) => {
      const value = Number(text);
      return Number.isFinite(value) ? [{ atSeconds, value }] : [];
    }),
  }));
}
