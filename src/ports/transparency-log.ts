/**
 * The transparency log: a leaf for each event, fill, archived history and deletion of one, and for each order that was moved
 * out, in the order of commit, and a Merkle tree over them. The store knows the rows and keeps hashes; what a leaf's bytes and
 * a tree's nodes are, its callers know.
 */

export const LEAF_KINDS = ['event', 'fill', 'archive', 'deletion', 'move'] as const;
export type LeafKind = (typeof LEAF_KINDS)[number];

/** A row that has, or is to have, a leaf. */
export interface LogRow {
  kind: LeafKind;
  /** Under the columns' own names. Times are RFC 3339 in UTC; whole numbers of 64 bits and decimals are strings. */
  columns: Record<string, unknown>;
}

/** The complete subtree over the 2^level leaves from index * 2^level on. A leaf is one of level 0. */
export interface TreeNode {
  level: number;
  index: number;
}

export interface HashedNode extends TreeNode {
  hash: Uint8Array;
}

/** A leaf: `ref` names its row among those of its kind. */
export interface NewLeaf {
  ref: string;
  hash: Uint8Array;
}

export interface StoredTree {
  /** How many leaves there are. */
  size: number;
  /** In the order of the nodes. Rejects with LogIncompleteError where one is not stored. */
  hashesOf(nodes: readonly TreeNode[]): Promise<Uint8Array[]>;
}

/** What a batch of rows adds: one leaf for each of them, and the subtrees above the leaves that it completes. */
export interface Growth {
  leaves: readonly NewLeaf[];
  nodes: readonly HashedNode[];
}

export interface SignedHead {
  size: number;
  /** The checkpoint as a signed note. */
  note: string;
  /** Of the keys that signed it, as given to the store: a verifier takes them from elsewhere. */
  verifierKeys: readonly string[];
  signedAt: string;
}

export interface LoggedRow extends LogRow {
  clientOrderId: string;
  /** Null where it waits for its leaf. */
  leaf: { index: number; hash: Uint8Array } | null;
}

export interface LoggedLeaf extends NewLeaf {
  index: number;
  kind: LeafKind;
  /** What it was made of; null where there is none (any more). */
  row: LogRow | null;
}

export interface MovedLeaves {
  indexes: number[];
  /** Where the next page begins; null after the last one. */
  next: string | null;
}

export interface TransparencyLog {
  /**
   * Gives at most `limit` of the rows that wait their leaves, in one transaction, and answers how many. Answers null where
   * another process is at it. Rejects with LogBehindTransactionsError where the order of commit is not known any more.
   */
  append(
    limit: number,
    extend: (tree: StoredTree, rows: readonly LogRow[]) => Promise<Growth>,
  ): Promise<{ appended: number } | null>;
  tree(): Promise<StoredTree>;
  /** The rows of the orders and their leaves: events, fills, archived runs and their deletions, and that an order was moved out. */
  rowsOf(...clientOrderIds: readonly string[]): Promise<LoggedRow[]>;
  /** At most `limit` leaves from `from` on, in their order. */
  leaves(from: number, limit: number): Promise<LoggedLeaf[]>;
  /** Leaves whose rows were moved out, by their indexes; from the beginning, or where another page ended. */
  movedLeaves(from: string | null): Promise<MovedLeaves>;
  /** At most `limit` rows that were passed over: written before that of the last leaf, by their own account, and never logged. */
  unlogged(limit: number): Promise<{ kind: LeafKind; ref: string }[]>;
  /** For how long the oldest row has waited for its leaf; 0 where none waits. */
  waitingSeconds(): Promise<number>;
  /** The newest one; null before the first. */
  head(): Promise<SignedHead | null>;
  /** Replaces the newest, unless that was published. A head of fewer leaves is left out. */
  recordHead(head: Omit<SignedHead, 'signedAt'>): Promise<void>;
  /** The newest head, for one process, once in each interval; else null. */
  claimPublication(everySeconds: number): Promise<SignedHead | null>;
}

/** What is wrong with the log: rows wait too long, its tree is not the one whose heads were signed, or it cannot be signed. */
export const LOG_PROBLEMS = ['behind', 'contradiction', 'unsigned'] as const;
export type LogProblem = (typeof LOG_PROBLEMS)[number];

/** The log as its keeper in this process saw it last. */
export interface LogState {
  /** Null before the first look. */
  size: number | null;
  waitingSeconds: number | null;
  problems: Readonly<Record<LogProblem, string | null>>;
}

/** A part of the stored tree is not there. */
export class LogIncompleteError extends Error {
  override name = 'LogIncompleteError';
}

/** Rows bear the numbers of transactions that are still to come, as after a dump was restored into another server. */
export class LogBehindTransactionsError extends Error {
  override name = 'LogBehindTransactionsError';
}
