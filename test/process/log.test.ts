import { describe, expect, it } from '@jest/globals';
import { runInNewContext } from 'node:vm';
import { createLog, type LogOptions } from '../../src/process/log.ts';
import { Secret } from '../../src/process/secret.ts';
import { terminalLine } from '../../src/process/terminal-line.ts';

function startLog(options: Omit<LogOptions, 'destination'> = {}) {
  const lines: string[] = [];
  const log = createLog({ ...options, destination: { write: (line) => void lines.push(line) } });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? 'null') as Record<string, unknown> };
}

/** The error as the last line has it. */
function logged(error: unknown): Record<string, unknown> {
  const { log, last } = startLog();
  log.error('it failed', { error });
  return last()['error'] as Record<string, unknown>;
}

describe('a log line', () => {
  it('is one JSON object with time, level, message and the fields', () => {
    const { log, lines, last } = startLog();
    log.warn('no answer', { clientOrderId: 'bot7-1', botId: 'bot7', attempt: 2, gone: undefined, nothing: null });

    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/\n$/);
    expect(last()).toEqual({
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      pid: process.pid,
      hostname: expect.any(String),
      message: 'no answer',
      clientOrderId: 'bot7-1',
      botId: 'bot7',
      attempt: 2,
      nothing: null,
    });
  });

  it('is left out when it is less important than the level', () => {
    const { log, lines } = startLog({ level: 'warn' });
    log.info('a');
    log.log('DEBUG', 'b');
    log.log('WARN', 'c');
    log.error('d');
    expect(lines.map((line) => (JSON.parse(line) as { message: string }).message)).toEqual(['c', 'd']);
  });

  it('takes any value, and cuts off endless structures', () => {
    const { log, last } = startLog();
    const round: Record<string, unknown> = { bytes: new Uint8Array(3), big: 12n, at: new Date(0), run: () => 1 };
    round['self'] = round;
    log.info('odd', { round, many: Array.from({ length: 500 }, (_, index) => index), long: 'x'.repeat(100_000) });
    expect(last()['round']).toMatchObject({ bytes: '[3 bytes]', big: '12', at: '1970-01-01T00:00:00.000Z' });
    expect(last()['many']).toHaveLength(50);
    expect(JSON.stringify(last()).length).toBeLessThan(5_000);
  });
});

describe('an error in the log', () => {
  it('keeps its name, its message and its place', () => {
    const { name, message, stack } = logged(new TypeError('x is not a function'));
    expect({ name, message }).toEqual({ name: 'TypeError', message: 'x is not a function' });
    expect(stack).toContainEqual(expect.stringMatching(/^at .*log\.test\.ts/));
  });

  it('keeps the messages of its causes, at most five', () => {
    let error = new Error('cause 9');
    for (let depth = 8; depth >= 0; depth -= 1) error = new Error(`cause ${depth}`, { cause: error });
    expect(logged(error)['causes']).toEqual([1, 2, 3, 4, 5].map((depth) => `Error: cause ${depth}`));
  });

  it('keeps the messages of the errors that it aggregates', () => {
    const error = new AggregateError([new Error('on IPv6'), new Error('on IPv4')], 'no connection');
    expect(logged(error)).toMatchObject({ message: 'no connection', causes: ['Error: on IPv6', 'Error: on IPv4'] });
  });

  it("never shows a request's headers or body", () => {
    const request = { headers: { authorization: 'Bearer of-tales' }, body: 'a body', config: { data: 'a body' } };
    const error = Object.assign(new Error('HTTP 500', { cause: { request } }), request, { code: 'ERR_BAD', request });
    expect(logged(error)).toMatchObject({ message: 'HTTP 500', code: 'ERR_BAD', causes: ['a value of type object'] });
    expect(JSON.stringify(logged(error))).not.toMatch(/of-tales|a body/);
  });

  it("is recognised when it comes from a workflow's sandbox, which has its own Error", () => {
    expect(logged(runInNewContext('new Error("from there")'))).toMatchObject({ name: 'Error', message: 'from there' });
  });

  it('is cut off if its message is too long', () => {
    expect(String(logged(new Error('x'.repeat(1_000_000)))['message']).length).toBeLessThan(3_000);
  });
});

describe('a secret in the log', () => {
  const PEM = `-----BEGIN EC PRIVATE KEY-----\n${'MHcCAQEEIPrivatePart0'.repeat(3)}\n${'SecondLineOfTheKey12'.repeat(2)}\n-----END EC PRIVATE KEY-----\n`;
  const SETTINGS = {
    database: new Secret('postgresql://engine:pass%2Fword-1@db.example/orders'),
    key: { privateKey: new Secret(PEM.replaceAll('\n', '\\n')) },
    http: { token: new Secret('open-sesame') },
    webhook: new Secret('https://hooks.example/services/T012/XyZzy0123456789abcdef'),
    temporal: new Secret({ address: 'temporal.example:7233', apiKey: 'tmprl-key-1', tls: { serverName: 'temporal' } }),
  };

  it.each([
    ['the database URL', 'cannot reach postgresql://engine:pass%2Fword-1@db.example/orders', 'pass%2Fword-1'],
    ['its password, decoded', 'authentication with pass/word-1 failed', 'pass/word-1'],
    ['the private key', `bad key ${PEM}`, 'PrivatePart0'],
    ['a line of it', `bad line ${'SecondLineOfTheKey12'.repeat(2)}`, 'SecondLineOfTheKey12'],
    ['the token', 'wrong header: Bearer open-sesame', 'open-sesame'],
    ['the webhook', 'cannot post to https://hooks.example/services/T012/XyZzy0123456789abcdef', 'XyZzy'],
    ['the id in its path', 'no hook XyZzy0123456789abcdef', 'XyZzy'],
    ["Temporal's API key", 'unauthenticated: tmprl-key-1', 'tmprl-key-1'],
  ])('is not shown: %s', (_what, text, secret) => {
    const { log, lines } = startLog({ secrets: SETTINGS });
    log.error(text, { text, deep: { list: [text] }, error: new Error(text, { cause: new Error(text) }) });
    expect(lines.join('')).not.toContain(secret);
    expect(lines.join('')).toContain('[secret]');
  });

  it.each([
    ['a token', 'refused eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJrIn0.c2lnbmF0dXJl', 'c2lnbmF0dXJl'],
    ['a private key', `read ${PEM}`, 'PrivatePart0'],
    ["a URL's password", 'postgres://other:hunter2@db.example/x', 'hunter2'],
  ])('is not shown even if it was not registered: %s', (_what, text, secret) => {
    const { log, lines } = startLog();
    log.error(text, { text, error: new Error(text) });
    expect(lines.join('')).not.toContain(secret);
  });

  it('is not shown in a field that is named after it', () => {
    const { log, last } = startLog();
    log.info('call', { headers: { Authorization: 'Bearer x', accept: 'json' }, apiKey: 'k', password: 'p' });
    expect(last()).toMatchObject({
      headers: { Authorization: '[secret]', accept: 'json' },
      apiKey: '[secret]',
      password: '[secret]',
    });
  });

  it('does not hide addresses and ordinary words', () => {
    const { log, last } = startLog({ secrets: SETTINGS });
    log.info('Temporal at temporal.example:7233 and db.example/orders answer; COINBASE_API_PRIVATE_KEY is set');
    expect(last()['message']).not.toContain('[secret]');
  });
});

describe('a log line on a terminal', () => {
  const toLine = terminalLine({ colours: false });

  function shown(write: (log: ReturnType<typeof startLog>['log']) => void): string {
    const { log, lines } = startLog({ level: 'trace' });
    write(log);
    return lines.map(toLine).join('');
  }

  it('is short: the time, the level, the message and what it is about', () => {
    const line = shown((log) =>
      log.warn('a repair could not be sent', {
        clientOrderId: 'bot7-1',
        workflowId: 'order-bot7-1',
        runId: 'r-1',
        taskQueue: 'orders',
        sdkComponent: 'activity',
        issueId: null,
        error: new Error('no answer', { cause: new Error('ECONNREFUSED') }),
      }),
    );
    expect(line).toMatch(
      /^\[\d\d:\d\d:\d\d\] WARN: a repair could not be sent clientOrderId=bot7-1 error=Error: no answer, because Error: ECONNREFUSED\n$/,
    );
  });

  it('says what an alert says, and nothing twice', () => {
    const line = shown((log) => log.warn('bot7-1 is stale. order-sync sync bot7-1', { alert: 'stale', botId: 'bot7' }));
    expect(line).toMatch(/^\[\S+\] WARN: bot7-1 is stale\. order-sync sync bot7-1\n$/);
  });

  it('leaves out what only programs need', () => {
    expect(shown((log) => log.info('Head of the transparency log, 0 leaves', { alert: 'log-head' }))).toBe('');
  });

  it('has no colours where none are wanted, and no control characters from outside', () => {
    const line = shown((log) => log.info('odd\u001b[2J', { reason: 'a\nforged line\u001b]0;title\u0007' }));
    expect(line).toMatch(/^\[\S+\] INFO: odd reason=a forged line[^\u001b\n]*\n$/);
  });

  it('has colours where they are wanted', () => {
    const { log, lines } = startLog();
    log.error('it failed');
    expect(terminalLine({ colours: true })(lines[0] ?? '')).toContain('\u001b[31mERROR');
  });
});
