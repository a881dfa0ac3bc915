/** The SQL statements that name an order, from PostgreSQL's own log, which no driver can bypass. */
import { open, stat } from 'node:fs/promises';
import { workflowIdOf } from '../src/domain/order/order-request.ts';
import { pause } from './pace.ts';
import { BENCH_CONNECTIONS, openSql } from './world.ts';

export interface Statement {
  /** Of the connection's own process. */
  pid: number;
  application: string;
  /** With its parameters. */
  text: string;
}

/** Process id and application name, at the beginning of each log message. */
const PREFIX = '%p|%a|';
const MESSAGE = /^(\d+)\|([^|]*)\|(LOG|DETAIL):\s+(.*)$/s;
/** By then every connection has read the new settings. */
const SETTINGS_WITHIN_MS = 200;

/** The statements that are executed while `work` runs, except the benchmark's own. */
export async function statementsDuring(
  { superuserUrl, logFile, signal }: { superuserUrl: string; logFile: string; signal: AbortSignal },
  work: () => Promise<void>,
): Promise<Statement[]> {
  const sql = openSql(superuserUrl);
  await sql.query(`alter system set log_line_prefix = '${PREFIX}'`);
  await sql.query("alter system set log_statement = 'all'");
  try {
    await sql.query('select pg_reload_conf()');
    await pause(SETTINGS_WITHIN_MS, signal);
    const { size: from } = await stat(logFile);
    await work();
    return readStatements(await textFrom(logFile, from));
  } finally {
    await sql.query('alter system reset log_statement');
    await sql.query('alter system reset log_line_prefix');
    await sql.query('select pg_reload_conf()');
    await sql.close();
  }
}

/** Counts the statements that name the order, and all others in the same transactions (including `begin` and `commit`). */
export function countOf(
  statements: readonly Statement[],
  { clientOrderId, orderId }: { clientOrderId: string; orderId: string },
): number {
  const names = new Set([clientOrderId, orderId, workflowIdOf(clientOrderId)]);
  const isNamedIn = ({ text }: Statement): boolean => text.split(/[^\w.-]+/).some((word) => names.has(word));
  return transactionsOf(statements)
    .filter((transaction) => transaction.some(isNamedIn))
    .reduce((sum, transaction) => sum + transaction.length, 0);
}

/** A statement outside a transaction counts as a transaction of its own. */
function transactionsOf(statements: readonly Statement[]): Statement[][] {
  const transactions: Statement[][] = [];
  const open_ = new Map<number, Statement[]>();
  for (const statement of statements) {
    const { pid, text } = statement;
    const transaction = open_.get(pid) ?? [];
    transaction.push(statement);
    if (transaction.length === 1) transactions.push(transaction);
    if (/^(begin|start transaction)\b/i.test(text)) open_.set(pid, transaction);
    if (/^(commit|rollback|end)\b(?! to\b)/i.test(text)) open_.delete(pid);
  }
  return transactions;
}

function readStatements(log: string): Statement[] {
  const statements: Statement[] = [];
  const last = new Map<string, Statement>();
  for (const message of log.split(/\n(?=\d+\|[^|]*\|[A-Z]+:)/)) {
    const [, pid = '', application = '', level, rest = ''] = MESSAGE.exec(message) ?? [];
    const text = /^(?:statement|execute [^:]+):\s*(.*)$/s.exec(rest)?.[1];
    const before = last.get(pid);
    if (level === 'DETAIL' && before !== undefined) before.text += `\n${rest}`;
    if (level !== 'LOG' || text === undefined || application === BENCH_CONNECTIONS) continue;
    const statement = { pid: Number(pid), application, text };
    last.set(pid, statement);
    statements.push(statement);
  }
  return statements;
}

async function textFrom(path: string, from: number): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
