/** The page that Prometheus reads: what the engine counts, Node's own metrics, and those of Temporal's native workers. */
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

export interface MetricsPageOptions {
  version: string;
  /** Host and port where this process's Temporal runtime shows its own. Default: they are left out. */
  temporalAddress?: string;
}

/** A scrape waits no longer for Temporal's part; it comes over loopback. */
const TEMPORAL_WITHIN_MS = 2_000;

export class MetricsPage {
  /** Whoever counts something registers it here. */
  readonly registry = new Registry();
  readonly #temporalAddress: string | undefined;
  readonly #refreshments: (() => Promise<void>)[] = [];
  #refreshing: Promise<unknown> | null = null;

  constructor({ version, temporalAddress }: MetricsPageOptions) {
    this.#temporalAddress = temporalAddress;
    const build = new Gauge({
      name: 'order_sync_build_info',
      help: 'Always 1; the labels say what runs',
      labelNames: ['version', 'node'],
      registers: [this.registry],
    });
    build.set({ version, node: process.version }, 1);
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** Node's own: for a page that is served, because they cost a timer of 10 ms. */
  includeProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Called for each page, before it is written; pages that are asked for at the same time share it. Must end soon, and never rejects. */
  beforeEach(refresh: () => Promise<void>): void {
    this.#refreshments.push(refresh);
  }

  async text(): Promise<string> {
    const temporal = this.#temporalAddress === undefined ? '' : temporalMetrics(this.#temporalAddress);
    this.#refreshing ??= Promise.all(this.#refreshments.map((refresh) => refresh())).finally(() => {
      this.#refreshing = null;
    });
    await this.#refreshing;
    return `${await this.registry.metrics()}\n${await temporal}`;
  }
}

/** Nothing where it does not answer: the others are worth having all the same. */
async function temporalMetrics(address: string): Promise<string> {
  try {
    const response = await fetch(`http://${address}/metrics`, { signal: AbortSignal.timeout(TEMPORAL_WITHIN_MS) });
    return response.ok ? await response.text() : '';
  } catch {
    return '';
  }
}
