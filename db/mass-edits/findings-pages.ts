import { sql } from 'drizzle-orm';
import type { Severity } from '../../rules/findings/catalogue.ts';
import { queryMany, type Transaction } from '../client.ts';
import { findingsCounted, type StoredFinding } from './findings.ts';

export type FindingFilter = { massEditId: number; severity?: Severity; code?: string };
/** Where a page ended: line (0 for the file itself) and key of its last finding. */
export type FindingPlace = { line: number; id: number };

/** Findings in the order of the error log: first those of the file, then by line, then in the order they were found. */
export async function findingsPage(
  tx: Transaction,
  filter: FindingFilter & { after: FindingPlace; limit: number },
): Promise<(StoredFinding & { id: number })[]> {
  return queryMany(
    tx,
    sql`select id, line, severity, code, column_name as "column", value, details from findings
        where ${chosen(filter)} and (coalesce(line, 0), id) > (${filter.after.line}, ${filter.after.id})
        order by coalesce(line, 0), id limit ${filter.limit}`,
  );
}

export type FindingGroup = { code: string; severity: Severity; count: number; examples: StoredFinding[] };

/** Enough examples to explain a code without filling the page. */
const EXAMPLES = 3;

/** Findings by code: errors before warnings, the most frequent first, each with its first listed examples. */
export async function findingGroups(tx: Transaction, filter: FindingFilter): Promise<FindingGroup[]> {
  return queryMany(
    tx,
    sql`select g.code, g.severity, g.count, e.examples from (
          ${findingsCounted(chosen(filter))}
        ) g cross join lateral (
          select coalesce(json_agg(x), '[]') as examples from (
            select line, severity, code, column_name as "column", value, details from findings f
            where f.mass_edit_id = ${filter.massEditId} and f.code = g.code and f.severity = g.severity
            order by coalesce(line, 0), id limit ${EXAMPLES}) x
        ) e
        order by g.severity, g.count desc, g.code`,
  );
}

const chosen = ({ massEditId, severity, code }: FindingFilter) => sql`mass_edit_id = ${massEditId}
  and (${severity ?? null}::text is null or severity = ${severity ?? null})
  and (${code ?? null}::text is null or code = ${code ?? null})`;
