/** A command for one order whose row is known, and what came of it. */
import {
  OrderEndedError,
  OrderNotFoundError,
  OrderSyncError,
  type AskOptions,
  type OrderCallOptions,
  type ResolveOptions,
} from '../client/index.ts';
import type { Requester } from '../domain/order/requester.ts';
import type { OrderState } from '../domain/order/order-state.ts';
import type { SyncReport } from '../domain/order/sync-report.ts';
import { resultFor, type CommandResult } from '../domain/order/command-result.ts';
import type { Trade } from '../domain/order/trade.ts';

/** The client's way to the orders' workflows; every method rejects as the client's does. */
export interface OrderCommands {
  sync(clientOrderId: string, options: AskOptions): Promise<SyncReport>;
  cancel(clientOrderId: string, options: AskOptions): Promise<void>;
  resolve(clientOrderId: string, options: ResolveOptions): Promise<OrderState>;
}

export type Command =
  | { kind: 'sync'; requester: Requester }
  | { kind: 'cancel'; requester: Requester }
  | { kind: 'resolve'; resolution: Pick<ResolveOptions, 'status' | 'requestedBy' | 'reason'> };

/** Rejects only where `signal` is aborted, or for a defect: what could not be done is a result as well. */
export async function carryOut(
  client: OrderCommands,
  command: Command,
  trade: Trade,
  options: OrderCallOptions,
): Promise<CommandResult> {
  try {
    return resultFor(trade, await obey(client, command, trade, options));
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof OrderEndedError) return resultFor(trade, { outcome: 'ended', toStatus: null });
    if (!(error instanceof OrderSyncError)) throw error;
    return resultFor(trade, { outcome: 'failed', toStatus: null, error: error.message });
  }
}

/** A sync gives an open order a workflow where it has none. */
export async function cancelKnown(client: OrderCommands, clientOrderId: string, options: AskOptions): Promise<void> {
  try {
    await client.cancel(clientOrderId, options);
  } catch (error) {
    if (!(error instanceof OrderNotFoundError)) throw error;
    await client.sync(clientOrderId, options);
    await client.cancel(clientOrderId, options);
  }
}

async function obey(
  client: OrderCommands,
  command: Command,
  { clientOrderId, status }: Trade,
  options: OrderCallOptions,
): Promise<Pick<CommandResult, 'outcome' | 'toStatus'> & { error?: string }> {
  switch (command.kind) {
    case 'sync': {
      const { error, changed, after } = await client.sync(clientOrderId, { ...command.requester, ...options });
      if (error !== null) return { outcome: 'failed', toStatus: after.status, error };
      return { outcome: changed ? 'updated' : 'unchanged', toStatus: after.status };
    }
    case 'cancel':
      await cancelKnown(client, clientOrderId, { ...command.requester, ...options });
      return { outcome: 'requested', toStatus: status };
    case 'resolve': {
      const state = await client.resolve(clientOrderId, { ...command.resolution, ...options });
      return { outcome: 'resolved', toStatus: state.status };
    }
  }
}
