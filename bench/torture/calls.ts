/** The log of a client's calls: a line when a call is made, another one when it is over. A client that is killed leaves the second one out. */
import { appendFileSync, readFileSync } from 'node:fs';
import type { OrderRequest } from '../../src/domain/order/order-request.ts';
import type { TradeStatus } from '../../src/domain/order/trade.ts';
import type { TortureOrder } from './orders.ts';
import type { CallName } from './stories.ts';

/** What the caller may believe: it was done, it was not done, or nobody told. */
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
  /** Null if the client did not live to hear of it. */
  answeredAtMs: number | null;
  outcome: Outcome;
  /** Of an error. */
  code: string | null;
  message: string | null;
  /** The order's status that was answered. */
  status: TradeStatus | null;
  /** Of `can-trade`. */
  allowed: boolean | null;
}

export type Invoked = Pick<Call, 'name' | 'clientOrderId' | 'request' | 'botId' | 'productId'>;
export type Answered = Pick<Call, 'outcome' | 'code' | 'message' | 'status' | 'allowed'>;

/** All that a client has logged. */
export interface ClientLog {
  orders: TortureOrder[];
  calls: Call[];
}

type Line =
  | { kind: 'order'; order: TortureOrder }
  | ({ kind: 'invoked'; id: string; atMs: number } & Invoked)
  | ({ kind: 'answered'; id: string; atMs: number } & Answered);

/** Written before the call goes on, because the process may be killed at any moment. */
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

  /** Answers what is to be called with the answer. */
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

/** Nothing where there is no file yet; a last line that a kill cut off is left out. */
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
