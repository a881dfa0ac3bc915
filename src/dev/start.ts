/** `npm start`: everything in one process and its embedded servers, until Ctrl-C. */
import { startEngine } from '../engine/engine.ts';
import { limitHeaps } from '../engine/heaps.ts';
import { installRuntime } from '../engine/runtime.ts';
import { freePort } from '../local/free-port.ts';
import { dataFolder, engineOptions, LOCAL_HOST } from '../local/locations.ts';
import { startLocalServices } from '../local/local-services.ts';
import { livePlan } from './live-plan.ts';
import { createLog } from '../process/log.ts';
import { untilAborted } from '../process/main.ts';
import type { Environment } from '../engine/settings/environment.ts';
import { readSettings } from '../engine/settings/settings.ts';
import { buildWorkflowBundle } from '../temporal/workflow-bundle.ts';

export async function start(environment: Environment, stop: AbortSignal): Promise<void> {
  const settings = readSettings(environment);
  for (const line of livePlan(settings, dataFolder())) say(line);
  const log = createLog({ level: settings.logLevel, secrets: settings });
  const temporalMetricsAddress = `${LOCAL_HOST}:${await freePort()}`;
  installRuntime(log, temporalMetricsAddress);
  limitHeaps();
  const workflowBundle = buildWorkflowBundle();
  const services = await startLocalServices({ settings, dataFolder: dataFolder(), onProgress: say });
  try {
    say('Starting the engine');
    const engine = await startEngine({
      ...services,
      ...engineOptions(settings),
      workflowBundle,
      log,
      stopWaiting: stop,
      http: { ...settings.http, temporalUiUrl: settings.http.temporalUiUrl ?? services.temporalUiUrl },
      temporalMetricsAddress,
    }).catch((error: unknown) => {
      if (!stop.aborted) throw error;
    });
    if (engine !== undefined) {
      announce({ ...(engine.http && { 'Status page': engine.http.url }), ...services.addresses });
      await Promise.race([untilAborted(stop), engine.stopped]);
      say('Stopping');
      await engine.stop();
    }
  } finally {
    await services.stop();
  }
  say('Stopped; the next start continues with the open orders');
}

function announce(addresses: Record<string, string>): void {
  const width = Math.max(...Object.keys(addresses).map((name) => name.length));
  say('');
  for (const [name, address] of Object.entries(addresses)) say(`  ${name.padEnd(width)}  ${address}`);
  say('');
  say('order-sync is ready. Place an order in another terminal:');
  say('  npx order-sync place --bot bot7 --product BTC-USD --side BUY --quote-size 10.00 --wait');
  say('Ctrl-C stops everything; open orders continue at the next start.');
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
