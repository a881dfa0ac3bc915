/** Runs the plain loop on a thread of its own, as the engine has a process of its own: takes orders, reports released bots. */
import { parentPort, workerData } from 'node:worker_threads';
import { connectCoinbase, type CoinbaseSettings } from '../../src/coinbase/connect.ts';
import type { OrderRequest } from '../../src/domain/order/order-request.ts';
import { openSql } from '../world.ts';
import { PlainLoop } from './plain-loop.ts';
import { PlainRows } from './plain-rows.ts';

export interface ThreadData {
  databaseUrl: string;
  coinbase: CoinbaseSettings;
}

export type Command =
  { do: 'place'; request: OrderRequest } | { do: 'watch'; clientOrderIds: string[] } | { do: 'stop' };

/** `released` is the id of an order whose end is committed; null when everything has stopped. */
export type Report = { released: string | null };

/** As many as the engine's worker has by default. */
const CONNECTIONS = 10;

const { databaseUrl, coinbase } = workerData as ThreadData;
const stop = new AbortController();
const sql = openSql(databaseUrl, { poolSize: CONNECTIONS });
const loop = new PlainLoop(connectCoinbase(coinbase), new PlainRows(sql), stop.signal);
const running = new Set<Promise<void>>();

parentPort?.on('message', (command: Command) => {
  switch (command.do) {
    case 'place':
      return keep(loop.place(command.request, released(command.request.clientOrderId)));
    case 'watch':
      for (const id of command.clientOrderIds) keep(loop.watch(id, released(id)));
      return;
    case 'stop':
      void end();
  }
});

function released(clientOrderId: string): () => void {
  return () => report({ released: clientOrderId });
}

/** A loop that fails leaves its order as it is: the plain loop has no recovery. */
function keep(work: Promise<void>): void {
  const running_ = work.catch((error: unknown) => {
    if (!stop.signal.aborted) process.stderr.write(`the plain loop gave up an order: ${String(error)}\n`);
  });
  running.add(running_);
  void running_.then(() => running.delete(running_));
}

async function end(): Promise<void> {
  stop.abort();
  await Promise.all(running);
  await sql.close();
  report({ released: null });
  parentPort?.close();
}

function report(report: Report): void {
  parentPort?.postMessage(report);
}
