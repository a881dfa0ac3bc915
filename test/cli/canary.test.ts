import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Cli } from '../../src/cli/cli.ts';
import { askForConsent, needsConsent } from '../../src/cli/canary/preconditions.ts';
import type { Step } from '../../src/cli/canary/steps.ts';
import type { FaultAction, FaultMatch, OrderPlan } from '../../src/simulator/index.ts';
import { startTestEngine, type TestEngine } from '../support/engine.ts';
import { eventually } from '../support/waiting.ts';
import { commandLine, type CommandLine, type CommandLineOptions } from './command-line.ts';

const CANARIES = { clientOrderIdPrefix: 'canary-' };
const BY_ANN = { requestedBy: 'ann', reason: 'the price feed is broken', cancelOpen: false };

interface Report {
  clientOrderId: string;
  botId: string;
  ok: boolean;
  exchange: string;
  orderConfiguration: { limit_limit_gtc: { base_size: string; limit_price: string; post_only: boolean } };
  steps: Step[];
}

interface Flown {
  status: number;
  err: string;
  report: Report;
  /** The names of the steps, the failed ones with an exclamation mark. */
  steps: string[];
}

let test: TestEngine;
beforeAll(async () => {
  test = await startTestEngine({ push: true });
});
beforeEach(() => plan({}));
afterEach(() => test.simulator.faults.clear());
afterAll(() => test?.stop());

function lineOf(options: CommandLineOptions = {}): CommandLine {
  return commandLine({ environment: { ...test.environment, USER: 'carol' }, taskQueue: test.taskQueue, ...options });
}

function plan(canaries: OrderPlan): void {
  test.simulator.exchange.setPlan(CANARIES, canaries);
}

function fault(match: FaultMatch, action: FaultAction): void {
  test.simulator.faults.add({ match, do: action });
}

async function fly(argv: string[] = [], options: CommandLineOptions = {}): Promise<Flown> {
  const { status, out, err } = await lineOf(options)('canary', '--json', ...argv);
  const report = JSON.parse(out) as Report;
  return { status, err, report, steps: report.steps.map(({ step, ok }) => (ok ? step : `${step}!`)) };
}

/** The canary of this bot, once it is pending here, and the command waits because it is PENDING at the exchange too. */
async function untilWaiting(botId: string): Promise<string> {
  const { ledger } = test.simulator;
  const clientOrderId = await eventually(
    async () => {
      const [canary] = (await test.trades.list({ botId })).items;
      return canary?.status === 'pending' && canary.clientOrderId;
    },
    { withinMs: 20_000, what: 'the canary' },
  );
  // The engine asked before; what comes now is the command.
  const asked = ledger.requestCount('getOrder');
  await eventually(() => ledger.requestCount('getOrder') > asked + 2, {
    withinMs: 20_000,
    what: 'the command to wait',
  });
  return clientOrderId;
}

function canaryCount(): number {
  return test.simulator.ledger.orders().filter(({ clientOrderId }) => clientOrderId.startsWith('canary-')).length;
}

describe('canary', () => {
  it('places the smallest order far from the market, sees it open, cancels it, and sees it cancelled', async () => {
    const { status, err, report, steps } = await fly();

    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(steps).toEqual(['product', 'placed', 'resting', 'cancel', 'cancelled']);
    expect(report).toMatchObject({ ok: true, botId: 'canary', exchange: test.simulator.url });
    const { base_size, limit_price, post_only } = report.orderConfiguration.limit_limit_gtc;
    expect(post_only).toBe(true);
    const { clientOrderId } = report;
    const truth = test.simulator.ledger.orderByClientId(clientOrderId);
    expect(truth).toMatchObject({ status: 'CANCELLED', filledSize: '0' });
    expect(Number(limit_price)).toBeLessThan(Number(test.simulator.exchange.product('BTC-USD').startPrice) * 0.95);
    expect(Number(base_size) * Number(limit_price)).toBeLessThan(1.01);
    expect(await test.trades.find(clientOrderId)).toMatchObject({ status: 'cancelled', filledSize: '0' });
    const events = await test.trades.events(clientOrderId);
    expect(events).toContainEqual(expect.objectContaining({ requestedBy: 'carol', reason: 'canary' }));
  });

  it('shows each step with its time on a terminal', async () => {
    const { status, out } = await lineOf()('canary', '--product', 'ETH-USD', '--side', 'sell', '--bot', 'eth-canary');

    expect(status).toBe(0);
    expect(out).toMatch(/^ok +product +\d+ ms +the price is [\d.]+\nok +placed +\d+ ms +the exchange accepted it as /);
    expect(out).toMatch(/\nok +cancelled +\d+ ms +cancelled here, CANCELLED at the exchange, nothing filled\n/);
    expect(out).toMatch(/\nOrder canary-\S+ came and went as it should\.\n$/);
  });

  it.each([
    ['a product that there is not', ['--product', 'BTC-XXX'], /the product BTC-XXX cannot be read: .*404/],
    ['no distance', ['--distance-percent', '0'], /number from 1 to 50/],
    ['a distance that is no number', ['--distance-percent', 'far'], /number from 1 to 50/],
    ['a time that is no number', ['--timeout', '1.5'], /whole number from 1 to 300/],
  ])('places nothing for %s', async (_what, argv, says) => {
    const before = canaryCount();
    const { status, out, err } = await lineOf()('canary', ...argv);
    expect(status).toBeGreaterThan(0);
    expect(err).toMatch(says);
    expect(out).not.toContain('placed');
    expect(canaryCount()).toBe(before);
  });

  it.each([
    ['that takes no orders', { trading_disabled: true }, /BTC-USD takes no limit orders now: trading_disabled/],
    ['that is offline', { status: 'delisted' }, /BTC-USD takes no limit orders now: its status is delisted/],
    ['without a price', { price: '' }, /BTC-USD has no price yet/],
  ])('places nothing in a product %s', async (_what, change, says) => {
    const product = {
      product_id: 'BTC-USD',
      price: '65000',
      base_increment: '0.01',
      quote_increment: '0.01',
      base_min_size: '0.01',
      quote_min_size: '1',
    };
    fault({ endpoint: 'getProduct' }, { kind: 'answer', when: 'before', status: 200, body: { ...product, ...change } });
    const { status, err } = await lineOf()('canary');
    expect(status).toBe(1);
    expect(err).toMatch(says);
  });

  it.each([
    ['its bot is', 'halted-canary'],
    ['everything is', null],
  ])('is refused while %s halted', async (_what, botId) => {
    const { halts } = test.engine.database;
    await halts.halt({ ...BY_ANN, botId });
    try {
      const before = test.simulator.ledger.requestCount('getProduct');
      const { status, err } = await lineOf()('canary', '--bot', 'halted-canary');
      expect(status).toBe(1);
      expect(err).toMatch(/is halted since .* by ann \(the price feed is broken\); `order-sync resume/);
      expect(test.simulator.ledger.requestCount('getProduct')).toBe(before);
    } finally {
      await halts.resume({ ...BY_ANN, botId });
    }
  });

  it('says why the exchange refused it', async () => {
    plan({ refuse: { code: 'INSUFFICIENT_FUND' } });
    const { status, err, report, steps } = await fly();
    expect(status).toBe(1);
    expect(steps).toEqual(['product', 'placed!', 'withdrawn']);
    expect(report.ok).toBe(false);
    expect(err).toMatch(/^error: failed at the step placed: it is rejected \(INSUFFICIENT_FUND\)/);
  });

  it('warns about an order that may or may not have been placed', async () => {
    fault({ endpoint: 'createOrder', ...CANARIES }, { kind: 'hang', when: 'before' });
    const { status, err, steps } = await fly(['--timeout', '1']);
    expect(status).toBe(1);
    expect(steps).toEqual(['product', 'placed!', 'withdrawn!']);
    expect(err).toMatch(/the canary order (canary-\S+) MAY STILL BE OPEN: .*`order-sync cancel \1 --wait`/);
  });

  it('says that the order was filled instead of staying open', async () => {
    plan({ steps: [{ do: 'fill' }] });
    const { status, err, steps } = await fly();
    expect(status).toBe(1);
    expect(steps).toEqual(['product', 'placed', 'resting!', 'withdrawn']);
    expect(err).toMatch(
      /failed at the step resting: it is completed, FILLED [\d.]+ at [\d.]+; afterwards: it is completed/,
    );
  });

  it('cancels the order that the exchange does not show', async () => {
    fault({ endpoint: 'getOrder', ...CANARIES }, { kind: 'answer', when: 'before', status: 503, body: 'go/sg/x' });
    const { status, err, steps, report } = await fly(['--timeout', '5']);
    expect(status).toBe(1);
    expect(steps).toEqual(['product', 'placed', 'resting!', 'withdrawn']);
    expect(err).toMatch(/the exchange does not show it OPEN after 5000 ms: .*503.*; afterwards: it is cancelled/);
    expect(test.simulator.ledger.orderByClientId(report.clientOrderId)).toMatchObject({ status: 'CANCELLED' });
  });

  it('says that the order had ended before it could be cancelled', async () => {
    plan({ initialStatus: 'PENDING' });
    const flight = fly(['--bot', 'filled-canary']);
    const clientOrderId = await untilWaiting('filled-canary');
    test.simulator.exchange.act(clientOrderId, { do: 'fill' });
    const { workflow } = test.client;
    await test.outcome(workflow.getHandle(`order-${clientOrderId}`));
    fault({ endpoint: 'getOrder', clientOrderId }, { kind: 'patch', fields: { status: 'OPEN' } });

    const { status, err, steps } = await flight;

    expect(status).toBe(1);
    expect(steps).toEqual(['product', 'placed', 'resting', 'cancel!', 'withdrawn']);
    expect(err).toMatch(
      /failed at the step cancel: the order \S+ has ended already; afterwards: it is completed, FILLED/,
    );
  });

  it.each([
    [
      'filled first',
      { onCancel: { steps: [{ do: 'fill' }] } },
      'withdrawn',
      /cancelled: it is completed, FILLED [\d.]+ at/,
    ],
    [
      'not cancelled at all',
      { onCancel: {} },
      'withdrawn!',
      /MAY STILL BE OPEN: no answer from order .* within 5000 ms/,
    ],
  ] as const)('says that the order was %s', async (_what, canaries, last, says) => {
    plan(canaries);
    const { status, err, steps } = await fly(['--timeout', '5']);
    expect(status).toBe(1);
    expect(steps).toEqual(['product', 'placed', 'resting', 'cancel', 'cancelled!', last]);
    expect(err).toMatch(says);
  });

  it('cancels what it has placed when it is interrupted', async () => {
    plan({ initialStatus: 'PENDING' });
    const ctrlC = new AbortController();
    const flight = fly(['--bot', 'stopped-canary'], { stop: ctrlC.signal });
    const clientOrderId = await untilWaiting('stopped-canary');
    ctrlC.abort();

    const { status, err, steps } = await flight;

    expect(status).toBe(1);
    expect(steps).toEqual(['product', 'placed', 'resting!', 'withdrawn']);
    expect(err).toContain('interrupted at the step resting: interrupted; afterwards: it is cancelled');
    const truth = test.simulator.ledger.orderByClientId(clientOrderId);
    expect(truth).toMatchObject({ status: 'CANCELLED', filledSize: '0' });
  });
});

describe('canary against Coinbase itself', () => {
  const LIVE = { COINBASE_REST_URL: 'https://exchange.example', COINBASE_WS_URL: 'wss://exchange.example' };

  it('is refused without ORDER_SYNC_LIVE, before anything is asked', async () => {
    const { status, err } = await lineOf({ environment: { ...test.environment, ...LIVE } })('canary', '--yes');
    expect(status).toBe(1);
    expect(err).toContain('ORDER_SYNC_LIVE=yes');
  });

  it('is wrong usage without --yes where nobody can be asked, before anything is asked', async () => {
    const environment = { ...test.environment, ...LIVE, ORDER_SYNC_LIVE: 'yes' };
    const { status, err } = await lineOf({ environment })('canary');
    expect(status).toBe(2);
    expect(err).toContain('--yes: is required');
  });

  it('asks for confirmation and shows what would be sent; only yes confirms', async () => {
    expect(needsConsent('https://api.coinbase.com', false)).toBe(true);
    expect(needsConsent('https://api.coinbase.com', true)).toBe(false);
    expect(needsConsent(test.simulator.url, false)).toBe(false);
    const answering = (answer: boolean) => ({ ask: async () => answer }) as unknown as Cli;
    await expect(askForConsent('Send it?', answering(false))).rejects.toThrow('nothing was placed');
    await expect(askForConsent('Send it?', answering(true))).resolves.toBeUndefined();
  });
});
