/**
 * A simulated Coinbase Advanced Trade exchange: a real HTTP server on loopback, with the prices, fills, refusals and
 * faults of a real exchange, all determined by a seed or a script. It knows nothing of the engine.
 */
import type { Certificate } from './certificate.ts';
import type { ChannelOptions } from './channel/user-channel.ts';
import { UserChannel } from './channel/user-channel.ts';
import { Clock } from './core/clock.ts';
import type { ExchangeOptions } from './core/exchange.ts';
import { Exchange } from './core/exchange.ts';
import { Ledger } from './core/ledger.ts';
import { START_BALANCES } from './core/products.ts';
import { Faults } from './faults/faults.ts';
import { PushFaults } from './faults/push-faults.ts';
import { Keys } from './http/jwt.ts';
import { RateLimit, type ListingLimits } from './http/limits.ts';
import { startServer } from './http/server.ts';
import type { AcceptedKey } from './key.ts';
import type { Scenario } from './scenario.ts';
import { play } from './scenario.ts';
import { StateFile } from './state-file.ts';

export { createCertificate } from './certificate.ts';
export type { Certificate } from './certificate.ts';
export { createKey } from './key.ts';
export type { UserChannel } from './channel/user-channel.ts';
export type { AcceptedKey, NewKey } from './key.ts';
export { InvalidArgument, NotFound, OrderRefused } from './core/errors.ts';
export type { ChangeListener, Exchange, ExchangeOptions } from './core/exchange.ts';
export type { CancelRecord, Ledger, PostRecord } from './core/ledger.ts';
export type { LedgerFill, LedgerOrder } from './core/ledger-order.ts';
export type { OrderAction, OrderPlan, PlanStep, PlanTarget } from './core/plan.ts';
export type { FaultAction, FaultMatch, FaultRule } from './faults/fault-rule.ts';
export type { ActiveFault, Faults } from './faults/faults.ts';
export type { PushFaultAction, PushFaultMatch, PushFaultRule } from './faults/push-fault-rule.ts';
export type { ActivePushFault, PushFaults } from './faults/push-faults.ts';
export type { Limits, ListingLimits } from './http/limits.ts';
export { parseScenario, readScenario } from './scenario.ts';
export type { Scenario } from './scenario.ts';

export interface SimulatorOptions extends Partial<ExchangeOptions & ChannelOptions> {
  /** Keys that are accepted from the start; all others get 401. */
  keys: readonly AcceptedKey[];
  /** Default 0: any free port. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** Makes the addresses https and wss. Default none. */
  certificate?: Certificate | null;
  /** More requests within a second than this get 429; default null, no limit. */
  requestsPerSecond?: number | null;
  /**
   * A file that outlives the process: orders, fills, plans, prices, balances and the ledger are read from it, and written
   * to it at most once a second and on `close`. Faults and limits are not kept. Default none: all is forgotten.
   */
  stateFile?: string;
}

export interface Simulator {
  /** `http://127.0.0.1:<port>`, https with a certificate, to be used as COINBASE_REST_URL; the control interface is under `/simulator`. */
  url: string;
  /** `ws://127.0.0.1:<port>`, wss with a certificate, to be used as COINBASE_WS_URL: the channels `user` and `heartbeats`. */
  wsUrl: string;
  /** Plans, actions on orders, prices, and the changes as they happen. */
  exchange: Exchange;
  /** What truly happened. */
  ledger: Ledger;
  /** Faults of the REST interface. */
  faults: Faults;
  /** Faults of the WebSocket. */
  pushFaults: PushFaults;
  /** The WebSocket's connections. */
  userChannel: UserChannel;
  rateLimit: RateLimit;
  /** Accepts further keys, and revokes them. */
  keys: Pick<Keys, 'accept' | 'revoke'>;
  /** A positive `offsetMs` puts it ahead of this machine's clock, a negative one behind it. */
  clock: Pick<Clock, 'offsetMs'>;
  /** Limits of the list of orders, which can be changed at any time. By default OPEN cannot be combined with other statuses, and all open orders are listed. */
  listing: ListingLimits;
  /** Adds plans, faults and limits to those that are set. A malformed scenario sets nothing: throws InvalidArgument, naming the field. */
  play(scenario: Scenario): void;
  /** Ends all timers and connections, even hanging ones, and writes the state file. Throws if that fails. */
  close(): Promise<void>;
}

const DEFAULTS: ExchangeOptions & ChannelOptions = {
  seed: 1,
  balances: START_BALANCES,
  takerFeeRate: '0.006',
  makerFeeRate: '0.004',
  tickMs: 500,
  marketFillMs: 0,
  cancelMs: 20,
  reportAliasAsBook: false,
  subscribeWithinMs: 5000,
  // Coinbase's documentation says 60 to 90 seconds.
  quietCloseMs: 75_000,
};

/** Starts an exchange. Throws if the port is taken, or the state file is damaged or of another version. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const {
    keys,
    port = 0,
    host = '127.0.0.1',
    certificate = null,
    requestsPerSecond = null,
    stateFile,
    ...given
  } = options;
  const effective = { ...DEFAULTS, ...given };
  const clock = new Clock();
  const exchange = new Exchange(effective, clock);
  const ledger = new Ledger(exchange.store);
  const faults = new Faults(effective.seed, clock, exchange.store);
  const pushFaults = new PushFaults(effective.seed, clock);
  const rateLimit = new RateLimit();
  rateLimit.set(requestsPerSecond);
  const acceptedKeys = new Keys(keys, () => clock.now());
  const userChannel = new UserChannel({ exchange, keys: acceptedKeys, clock, interceptor: pushFaults }, effective);
  const state = stateFile === undefined ? null : new StateFile(stateFile, exchange, ledger);
  const listing: ListingLimits = { openCombines: false, maxOpenOrders: null };
  const rest = {
    exchange,
    ledger,
    rateLimit,
    listing,
    keys: acceptedKeys,
    now: () => clock.now(),
    interceptor: faults,
  };
  const stage = { exchange, faults, pushFaults, rateLimit, listing };
  try {
    await state?.restore();
    const { server, url } = await startServer(
      { rest, controlled: { ...stage, ledger }, userChannel },
      { port, host, certificate },
    );
    state?.keep(clock);
    const close = async (): Promise<void> => {
      clock.close();
      await server.close();
      await state?.save();
    };
    const wsUrl = url.replace(/^http/, 'ws');
    return {
      url,
      wsUrl,
      ledger,
      userChannel,
      keys: acceptedKeys,
      clock,
      ...stage,
      play: (scenario) => play(stage, scenario),
      close,
    };
  } catch (error) {
    clock.close();
    throw error;
  }
}
