/** A node of a plan, as `explain (analyze, format json)` gives it. Numbers are averages over the loops. */
type PlanNode = {
  'Node Type': string;
  'Actual Rows'?: number;
  'Actual Loops'?: number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Join Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Shared Hit Blocks'?: number;
  'Shared Read Blocks'?: number;
  Plans?: PlanNode[];
};
export type Plan = { 'Query Text': string; Plan: PlanNode };

/**
 * All plans that auto_explain wrote into a part of PostgreSQL's log: each is a line that ends in `plan:`, followed by a
 * JSON object on lines that begin with a tab.
 */
export function plansIn(log: string): Plan[] {
  return [...log.matchAll(/ plan:\n((?:\t[^\n]*\n)+)/g)].map(([, json = '']) => JSON.parse(json));
}

/** The work of one node of a statement in all executions. `node`: its position in the plan, with what it reads. */
export type NodeWork = { statement: string; node: string; rows: number };

/**
 * The rows that each node of each statement processed, over all executions and loops: the rows that it returned and
 * those that it dropped. The blocks of a whole execution count as one more node.
 */
export function workOf(plans: readonly Plan[]): NodeWork[] {
  const all = new Map<string, NodeWork>();
  const add = (statement: string, node: string, rows: number): void => {
    const key = `${statement}\n${node}`;
    const work = all.get(key) ?? { statement, node, rows: 0 };
    work.rows += rows;
    all.set(key, work);
  };
  const walk = (statement: string, node: PlanNode, above: string): void => {
    const place = `${above} > ${[node['Node Type'], node['Index Name'] ?? node['Relation Name']].filter(Boolean).join(' ')}`;
    add(statement, place, (node['Actual Loops'] ?? 0) * rowsOf(node));
    for (const below of node.Plans ?? []) walk(statement, below, place);
  };
  for (const { 'Query Text': text, Plan: root } of plans) {
    const statement = text.replace(/\s+/g, ' ').trim();
    walk(statement, root, '');
    add(statement, 'blocks', (root['Shared Hit Blocks'] ?? 0) + (root['Shared Read Blocks'] ?? 0));
  }
  return [...all.values()];
}

const rowsOf = (node: PlanNode): number =>
  (node['Actual Rows'] ?? 0) +
  (node['Rows Removed by Filter'] ?? 0) +
  (node['Rows Removed by Join Filter'] ?? 0) +
  (node['Rows Removed by Index Recheck'] ?? 0);
