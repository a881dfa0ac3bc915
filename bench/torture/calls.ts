/** The log of a client's calls: one line when a call is made, and one when it returns, unless the client was killed. */
import { appendFileSync, readFileSync } from 'node:fs';
import type { OrderRequest } from '../../src/domain/order/order-request.ts';
import type { TradeStatus } from '../../src/domain/order/trade.ts';
import type { TortureOrder } from './orders.ts';
import type { CallName } from './order-scenarios.ts';

/** What the caller knows: it was done, it was not done, or there was no answer. */
export type Outcome = 'ok' | 'failed' | 'unknown';

export interface Call {
  name: CallName;
  clientOrderId: string;
  /** Of `place` and `place-other`. */
  request: OrderRequest | null;
  /** Of `can-trade`. */
  botId: string | null;
  productId: string | null;
  invokedAtMs: number;
  /** Null if the client was killed before. */
  answeredAtMs: number | null;
  outcome: Outcome;
  /** Of an error. */
  code: string | null;
  message: string | null;
  /** The order's status in the answer. */
  status: TradeStatus | null;
  /** Of `can-trade`. */
  allowed: boolean | null;
}

export type Invoked = Pick<Call, 'name' | 'clientOrderId' | 'request' | 'botId' | 'productId'>;
export type Answered = Pick<Call, 'outcome' | 'code' | 'message' | 'status' | 'allowed'>;

/** Everything that a client has logged. */
export interface ClientLog {
  orders: TortureOrder[];
  calls: Call[];
}

type Line =
  | { kind: 'order'; order: TortureOrder }
  | ({ kind: 'invoked'; id: string; atMs: number } & Invoked)
  | ({ kind: 'answered'; id: string; atMs: number } & Answered);

/** Writes before the call continues, because the process may be killed at any moment. */
export class CallWriter {
  readonly #file: string;
  readonly #life = Date.now().toString(36);
  #count = 0;

  constructor(file: string) {
    this.#file = file;
  }

  order(order: TortureOrder): void {
    this.#write({ kind: 'order', order });
  }

  /** Returns a function that logs the answer. */
  invoke(invoked: Invoked): (answered: Answered) => void {
    this.#count += 1;
    const id = `${this.#life}-${this.#count}`;
    this.#write({ kind: 'invoked', id, atMs: Date.now(), ...invoked });
    return (answered) => this.#write({ kind: 'answered', id, atMs: Date.now(), ...answered });
  }

  #write(line: Line): void {
    appendFileSync(this.#file, `${JSON.stringify(line)}\n`);
  }
}

const UNANSWERED: Answered = { outcome: 'unknown', code: null, message: null, status: null, allowed: null };

/** Empty if there is no file yet; a last line that is incomplete because of a kill is left out. */
export function readClientLog(file: string): ClientLog {
  const orders: TortureOrder[] = [];
  const calls = new Map<string, Call>();
  for (const text of linesOf(file)) {
    const line = parsed(text);
    if (line === null) continue;
    if (line.kind === 'order') {
      orders.push(line.order);
      continue;
    }
    const { kind, id, atMs, ...fields } = line;
    if (kind === 'invoked') {
      calls.set(id, { ...UNANSWERED, ...(fields as Invoked), invokedAtMs: atMs, answeredAtMs: null });
    } else {
      const call = calls.get(id);
      if (call !== undefined) Object.assign(call, fields, { answeredAtMs: atMs });
    }
  }
  return { orders, calls: [...calls.values()] };
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}

function parsed(text: string): Line | null {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return null;
  }
}
