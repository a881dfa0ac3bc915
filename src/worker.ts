/** `npm run worker`: the engine against what the environment names, until SIGINT or SIGTERM. */
import { startEngine } from './engine/engine.ts';
import { limitHeaps } from './engine/heaps.ts';
import { installRuntime } from './engine/runtime.ts';
import { freePort } from './local/free-port.ts';
import { LOCAL_HOST, temporalOptions } from './local/locations.ts';
import { embeddedDatabaseUrl } from './local/postgres.ts';
import { createLog } from './process/log.ts';
import { main, waitForShutdownSignal } from './process/main.ts';
import { exchangeAccess, readSettings } from './engine/settings/settings.ts';
import { buildWorkflowBundle } from './temporal/workflow-bundle.ts';

await main(async () => {
  const settings = readSettings(process.env);
  const coinbase = exchangeAccess(settings);
  if (coinbase === null) {
    throw new Error(
      'No exchange is configured: set COINBASE_REST_URL, COINBASE_API_KEY_NAME and COINBASE_API_PRIVATE_KEY (`order-sync simulator` prints them for the simulated exchange), or use `npm start`, which brings one',
    );
  }
  const log = createLog({ level: settings.logLevel, secrets: settings });
  const temporalMetricsAddress = `${LOCAL_HOST}:${await freePort()}`;
  installRuntime(log, temporalMetricsAddress);
  limitHeaps();
  const workflowBundle = buildWorkflowBundle();
  const engine = await startEngine({
    temporal: temporalOptions(settings.temporal),
    namespace: settings.temporal.namespace,
    databaseUrl: settings.databaseUrl?.reveal() ?? (await embeddedDatabaseUrl()),
    coinbase,
    workflowBundle,
    log,
    http: settings.http,
    reconcileEverySeconds: settings.reconcileEverySeconds,
    alertWebhookUrl: settings.alertWebhookUrl,
    heartbeatUrl: settings.heartbeatUrl,
    temporalMetricsAddress,
  });
  log.info('the engine runs', { exchange: coinbase.restUrl, live: settings.live, http: engine.http?.url });
  process.stdout.write('ready\n');
  await Promise.race([waitForShutdownSignal(), engine.stopped]);
  await engine.stop();
});
