/** The brake: while a bot, or everything, is halted, nothing is posted. */
import type { OpenTrade } from '../domain/order/trade.ts';

export interface Halt {
  /** Null: every bot. */
  botId: string | null;
  since: string;
  requestedBy: string;
  /** Who sent it, as the engine knows it: `http:` and the token's name, or the command's user and host. */
  sentBy: string | null;
  reason: string;
  /** Whether the open orders that it covers are to be cancelled. */
  cancelOpen: boolean;
}

export interface HaltedOrder extends OpenTrade {
  botId: string;
  /** Whether its cancel is wanted, or was sent and may still take effect. */
  cancelRequested: boolean;
}

export interface HaltStatus extends Halt {
  /** Every order that it covers has ended, and none can come any more. */
  flat: boolean;
  /** Those that have not ended, oldest first, at most 500. */
  open: HaltedOrder[];
}

export type ResumeRequest = Pick<Halt, 'botId' | 'requestedBy' | 'reason'> & Partial<Pick<Halt, 'sentBy'>>;
export type HaltRequest = ResumeRequest & Pick<Halt, 'cancelOpen'>;

export interface HaltStore {
  /** Halts; where that is halted already only `cancelOpen` is added. */
  halt(request: HaltRequest): Promise<Halt>;
  /** Ends that halt and no other: a bot that is halted by itself stays so. Null where there was none. */
  resume(request: ResumeRequest): Promise<Halt | null>;
  /** Those in force, oldest first. */
  list(): Promise<HaltStatus[]>;
  /** The halts whose open orders this process is to cancel: for 10 s, renewed by each call, no other process gets them. */
  claimCancels(processId: string): Promise<Halt[]>;
  /** All open orders that a halt covers whose cancel is not wanted yet, oldest first. */
  withoutCancel(botId: string | null): Promise<string[]>;
}
