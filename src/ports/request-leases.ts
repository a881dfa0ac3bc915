/** How the processes of a deployment share the exchange's limit: each holds a lease of some of its requests a second. */

export interface RequestLease {
  /** At most so many requests of this process went out in any second that is not over, or may go out from now on. */
  held: number;
  /** Requests a second that it could use. */
  wanted: number;
  /** What its settings say of the limit of the whole deployment. */
  requestsPerSecond: number;
  /** How long the exchange has told it to send nothing, from now on; 0 if it hasn't. */
  pausedForMs: number;
  /** It sends nothing any more. What it holds is free when its lease lapses. */
  isLeaving: boolean;
}

export interface OthersLease extends RequestLease {
  processId: string;
  /** It was not renewed in time: its process is dead, or cut off from where the leases are kept. */
  hasLapsed: boolean;
}

export interface LeaseDecision {
  /** Null: this process has none any more. */
  lease: RequestLease | null;
  /** From now on. */
  lastsMs: number;
  /** The processes whose leases are ended, because they lapsed and will not be renewed. */
  expired: readonly string[];
}

export interface LeaseList {
  /** Those in force, of all processes. */
  list(): Promise<RequestLease[]>;
}

export interface RequestLeases {
  /**
   * Shows a process the others' leases and keeps what it decides about its own, while no other process can do the same.
   * Rejects with DatabaseUnavailableError; whether the decision was kept is unknown then.
   */
  renew(processId: string, decide: (others: readonly OthersLease[]) => LeaseDecision): Promise<void>;
}
