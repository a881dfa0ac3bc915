/** How PostgreSQL executes the statements of a query, and whether it reads whole tables for them. */
import { openDatabase, type Database } from '../../src/database/database.ts';
import { watchStatements } from '../../test/support/statements.ts';
import type { Sql } from '../world.ts';

export interface PlanJudgement {
  /** The most expensive node that reads a table. */
  mainNode: string;
  /** Tables that are read as a whole, or much of which is sorted. */
  faults: string[];
}

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Total Cost': number;
  'Plan Rows': number;
  Plans?: PlanNode[];
}

/** The tables that grow with the orders. */
const GROWING = ['trades', 'order_events', 'fills', 'workflow_histories', 'log_leaves', 'log_nodes', 'moved_orders'];
/** Of so few pages, a table is read sooner than fifty of its rows are looked up. */
const SMALL_TABLE_COST = 50;
/** No more than this part of the trades may be sorted. */
const SORTED_PART = 0.2;
const EXPLAINED = /^\s*(with|select|insert|update|delete)\b/i;

export interface Planner {
  judge(work: (db: Database) => Promise<unknown>): Promise<PlanJudgement>;
  close(): Promise<void>;
}

/** @param trades - How many there are. */
export async function openPlanner(url: string, sql: Pick<Sql, 'query'>, trades: number): Promise<Planner> {
  const watched = await watchStatements(url);
  const db = await openDatabase({ url: watched.url });
  return {
    judge: async (work) => {
      const nodes: PlanNode[] = [];
      for (const statement of await watched.during(() => work(db))) {
        if (!EXPLAINED.test(statement)) continue;
        const [row] = await sql.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
          `explain (format json) ${statement.replaceAll('?', '\\?')}`,
        );
        if (row !== undefined) nodes.push(...nodesOf(row['QUERY PLAN'][0].Plan));
      }
      return judgementOf(nodes, trades);
    },
    close: async () => {
      await db.close();
      await watched.close();
    },
  };
}

function judgementOf(nodes: readonly PlanNode[], trades: number): PlanJudgement {
  const wholeTables = nodes
    .filter((node) => node['Node Type'].endsWith('Seq Scan') && node['Total Cost'] > SMALL_TABLE_COST)
    .filter((node) => GROWING.includes(node['Relation Name'] ?? ''))
    .map((node) => `reads all of ${node['Relation Name']}`);
  const sorts = nodes
    .filter((node) => node['Node Type'] === 'Sort' && node['Plan Rows'] > SORTED_PART * trades)
    .map((node) => `sorts ${Math.round(node['Plan Rows'])} rows`);
  const [main] = nodes
    .filter((node) => node['Node Type'].includes('Scan') && (node['Relation Name'] ?? node['Index Name']) !== undefined)
    .toSorted((a, b) => b['Total Cost'] - a['Total Cost']);
  return { mainNode: main === undefined ? '–' : nameOf(main), faults: [...new Set([...wholeTables, ...sorts])] };
}

function nameOf(node: PlanNode): string {
  return `${node['Node Type']}: ${node['Index Name'] ?? node['Relation Name']}`;
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}
