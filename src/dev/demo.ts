/** `npm run demo`: the whole engine on real parts, twenty orders, and whether every row came out right. */
import { CouldNotError } from '../cli/failure.ts';
import { Output } from '../cli/output.ts';
import { OrderSyncClient } from '../client/index.ts';
import { demoOrders } from './demo/orders.ts';
import { reportRow, reportSummary, reportTable } from './demo/report.ts';
import { showOn } from './demo/show.ts';
import { startTicker } from './demo/ticker.ts';
import { trade } from './demo/trader.ts';
import { startEngine, type Engine } from '../engine/engine.ts';
import { installRuntime } from '../engine/runtime.ts';
import { startLocalServices, type LocalServices } from '../local/local-services.ts';
import { createLog } from '../process/log.ts';
import { untilAborted } from '../process/main.ts';
import { readSettings } from '../engine/settings/settings.ts';
import { buildWorkflowBundle } from '../temporal/workflow-bundle.ts';

/** Of the environment only NO_COLOR is read. */
const output = new Output({ out: process.stdout, err: process.stderr, environment: process.env });

export async function demo(stop: AbortSignal): Promise<void> {
  const log = createLog({ level: 'error' });
  installRuntime(log);
  const workflowBundle = buildWorkflowBundle();
  // Always the simulator and servers of its own, whatever the environment says.
  const services = await startLocalServices({ settings: readSettings({}), dataFolder: null, onProgress: say });
  try {
    say('Starting the engine');
    const engine = await startEngine({ ...services, workflowBundle, log });
    await Promise.race([untilAborted(stop), demonstrate(engine, services)]);
    await engine.stop();
  } finally {
    await services.stop();
  }
  if (stop.aborted) throw new CouldNotError('stopped before all orders had ended');
}

async function demonstrate(engine: Engine, { simulator, temporal, namespace }: LocalServices): Promise<void> {
  if (simulator === null) throw new Error('the demonstration needs the simulated exchange');
  const client = await OrderSyncClient.connect({ address: temporal.address, namespace });
  const { trades } = engine.database;
  const orders = demoOrders(Date.now().toString(36));
  const aLine = output.isTerminal ? 'order' : 'committed change';
  say(`\nThe demonstration bot places ${orders.length} orders; each line is one ${aLine}.\n`);
  const ticker = startTicker(orders, trades, showOn(output));
  try {
    await Promise.all(orders.map((order) => trade(order, { client, trades, simulator })));
  } finally {
    await ticker.stop();
    await client.close();
  }
  const rows = await Promise.all(orders.map((order) => reportRow(order, trades, simulator.ledger)));
  const wrong = rows.filter((row) => row.wrong.length > 0).length;
  say(`\n${reportTable(rows, output.paint)}\n`);
  if (wrong > 0) throw new CouldNotError(`${wrong} of ${rows.length} rows are wrong`);
  say(reportSummary(rows));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
