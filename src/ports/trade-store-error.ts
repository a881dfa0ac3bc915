/** What a TradeStore refuses, and what its caller does about it. None of them is mended by asking again at once, but for the last. */

import type { Halt } from './halt-store.ts';

/** The exchange's id belongs to another trade already: one of the two was matched wrongly. */
export class OrderIdTakenError extends Error {
  readonly orderId: string;
  readonly clientOrderId: string;
  /** The trade that has the id. */
  readonly takenBy: string;

  constructor(orderId: string, clientOrderId: string, takenBy: string) {
    super(`order id ${orderId} cannot be given to trade ${clientOrderId}: trade ${takenBy} has it already`);
    this.name = 'OrderIdTakenError';
    this.orderId = orderId;
    this.clientOrderId = clientOrderId;
    this.takenBy = takenBy;
  }
}

/** Placing is halted for the bot, or for all. */
export class PlacementHaltedError extends Error {
  /** @param halt - Null where it was ended at this very moment. */
  constructor(botId: string, halt: Halt | null) {
    super(halt === null ? `placing was halted for ${botId}` : describeHalt(halt));
    this.name = 'PlacementHaltedError';
  }
}

/** As it is reported to people. */
function describeHalt({ botId, since, requestedBy, reason }: Halt): string {
  return `placing is halted for ${botId === null ? 'every bot' : `the bot ${botId}`} since ${since} by ${requestedBy}: ${reason}`;
}

/** A write to a trade whose intent was never committed. */
export class TradeNotFoundError extends Error {
  constructor(clientOrderId: string) {
    super(`there is no trade with client order id ${clientOrderId}`);
    this.name = 'TradeNotFoundError';
  }
}

/** A cursor that is not the `nextCursor` of a page, or a limit out of its bounds. */
export class InvalidPageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InvalidPageError';
  }
}

/** The database is out of reach, refuses the connection, or is closed. Retryable. Names host and database, never the password. */
export class DatabaseUnavailableError extends Error {
  /** It answered, and lets nobody in like this: a wrong password, no such database, a certificate. Waiting does not help. */
  readonly isRefusal: boolean;

  constructor(message: string, { cause, isRefusal = false }: { cause?: unknown; isRefusal?: boolean } = {}) {
    super(message, { cause });
    this.name = 'DatabaseUnavailableError';
    this.isRefusal = isRefusal;
  }
}
