import type postgres from 'postgres';
import { type BenchOrganization, importViaProduct } from '../product/import-via-product.ts';
import { otherPeopleFile } from '../workload/small-files.ts';
import { type Sample, timed } from './percentiles.ts';

/** As many as a small department has. */
const ROWS = 100;

/**
 * Mass edits of an organization, one after another. Each creates a hundred other people with the same twelve columns.
 */
export function smallEdits(sql: postgres.Sql, organization: BenchOrganization): () => Promise<Sample> {
  let number = 0;
  return async () => {
    const csv = [otherPeopleFile(ROWS, ++number)];
    const { at, ms, result } = await timed(() => importViaProduct(sql, organization, csv, false));
    if (result.outcome !== 'completed' || result.counts.created !== ROWS)
      throw new Error(`A small mass edit ${result.outcome}: ${JSON.stringify(result.counts)}`);
    return { at, ms };
  };
}
