import { sql } from 'drizzle-orm';
import type { Severity } from '../../rules/findings/catalogue.ts';
import { type Database, inOrganization, queryMany, type Transaction } from '../client.ts';
import { findingsCounted, type StoredFinding } from './findings.ts';

export type FindingFilter = { massEditId: number; severity?: Severity; code?: string };
/** The position at which a page ended: line (0 for the file itself) and key of its last finding. */
export type FindingPosition = { line: number; id: number };
const BEFORE_ALL: FindingPosition = { line: -1, id: 0 };

/** Findings in the order of the error log: first those of the file, then by line, then in the order they were found. */
export async function findingsPage(
  tx: Transaction,
  filter: FindingFilter & { after: FindingPosition | null; limit: number },
): Promise<(StoredFinding & { id: number })[]> {
  const { line, id } = filter.after ?? BEFORE_ALL;
  return queryMany(
    tx,
    sql`select id, line, severity, code, column_name as "column", value, details from findings
        where ${chosen(filter)} and (coalesce(line, 0), id) > (${line}, ${id})
        order by coalesce(line, 0), id limit ${filter.limit}`,
  );
}

/** Findings read at a time: half a megabyte, or three if each has the longest value and details. */
const PAGE_ROWS = 1_000;

/** All findings as a stream, in the same order. */
export async function* findingsInOrder(
  db: Database,
  organizationId: string,
  massEditId: number,
): AsyncGenerator<StoredFinding> {
  let after = BEFORE_ALL;
  for (;;) {
    const page = await inOrganization(db, organizationId, (tx) =>
      findingsPage(tx, { massEditId, after, limit: PAGE_ROWS }),
    );
    yield* page;
    const last = page.at(-1);
    if (page.length < PAGE_ROWS || !last) return;
    after = { line: last.line ?? 0, id: last.id };
  }
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
