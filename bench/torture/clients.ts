/** The client processes, which are restarted when they are killed, and their logs. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServerProcess, type ServerProcess } from '../../src/local/server-process.ts';
import type { TestDeployment } from './test-deployment.ts';
import { readClientLog, type Call, type ClientLog } from './calls.ts';
import type { ClientSettings } from './client-process.ts';
import type { TortureOrder } from './orders.ts';
import type { Random } from './random.ts';

const CLIENT = fileURLToPath(new URL('client-process.ts', import.meta.url));
const LOOK_EVERY_MS = 200;

/** An order, and all calls about it, in the order in which they were made. */
export interface Known {
  order: TortureOrder;
  calls: Call[];
}

export interface ClientsOptions extends Pick<ClientSettings, 'seed' | 'mix' | 'ordersPerSecond'> {
  name: string;
  count: number;
}

export class Clients {
  kills = 0;
  readonly #settings: ClientSettings[];
  readonly #processes = new Map<number, ServerProcess>();
  readonly #folder: string;
  #areWanted = true;
  #starts = 0;

  private constructor(folder: string, settings: ClientSettings[]) {
    this.#folder = folder;
    this.#settings = settings;
  }

  /** Starts this many, which share the rate. `name` is the prefix of their order ids. */
  static async start(
    { folder: deploymentFolder, botAddress, namespace, httpUrls, simulator }: TestDeployment,
    { name, count, ordersPerSecond, ...shared }: ClientsOptions,
  ): Promise<Clients> {
    const folder = join(deploymentFolder, 'clients');
    await mkdir(folder, { recursive: true });
    const run = `${name}-${Date.now().toString(36)}`;
    const settings = Array.from({ length: count }, (_, index) => ({
      ...shared,
      run,
      temporal: { address: botAddress, namespace },
      httpUrls,
      simulatorUrl: simulator.url,
      client: index + 1,
      ordersPerSecond: ordersPerSecond / count,
      logFile: join(folder, `client-${index + 1}.jsonl`),
    }));
    const clients = new Clients(folder, settings);
    for (const each of settings) clients.#start(each);
    return clients;
  }

  /** Restarts clients that were killed, until `finish` or `kill`. Never rejects. */
  async supervise(): Promise<void> {
    while (this.#areWanted) {
      await sleep(LOOK_EVERY_MS);
      for (const settings of this.#settings) {
        const process_ = this.#processes.get(settings.client);
        if (this.#areWanted && process_?.ended() !== false) this.#start(settings);
      }
    }
  }

  /** SIGKILL, in the middle of whatever it does. */
  killOne(random: Random): void {
    const victim = this.#processes.get(random.between(1, this.#settings.length));
    if (victim === undefined || victim.ended()) return;
    this.kills += 1;
    process.kill(victim.pid, 'SIGKILL');
  }

  /** They place nothing new, and end when they have an answer for all their orders. Returns how many had not ended in time. */
  async finish(withinMs: number, stop: AbortSignal): Promise<number> {
    this.#areWanted = false;
    const running = [...this.#processes.values()].filter((one) => !one.ended());
    for (const { pid } of running) process.kill(pid, 'SIGTERM');
    const giveUpAtMs = Date.now() + withinMs;
    while (running.some((one) => !one.ended()) && Date.now() < giveUpAtMs && !stop.aborted) await sleep(LOOK_EVERY_MS);
    return running.filter((one) => !one.ended()).length;
  }

  async kill(): Promise<void> {
    this.#areWanted = false;
    for (const one of this.#processes.values()) {
      if (!one.ended()) process.kill(one.pid, 'SIGKILL');
      await one.stop();
    }
  }

  /** By client order id; calls by their time. */
  log(): Map<string, Known> {
    const logs: ClientLog[] = this.#settings.map(({ logFile }) => readClientLog(logFile));
    const known = new Map<string, Known>();
    for (const order of logs.flatMap(({ orders }) => orders)) {
      known.set(order.request.clientOrderId, { order, calls: [] });
    }
    const calls = logs.flatMap((log) => log.calls).toSorted((a, b) => a.invokedAtMs - b.invokedAtMs);
    for (const call of calls) known.get(call.clientOrderId)?.calls.push(call);
    return known;
  }

  #start(settings: ClientSettings): void {
    this.#starts += 1;
    const client = startServerProcess({
      name: `Client ${settings.client}`,
      command: process.execPath,
      args: [CLIENT, JSON.stringify(settings)],
      logFile: join(this.#folder, `client-${settings.client}-${this.#starts}.log`),
      stopSignal: 'SIGKILL',
    });
    this.#processes.set(settings.client, client);
  }
}
