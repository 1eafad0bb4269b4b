import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import { afterAll, describe, expect, it } from 'vitest';
import * as massEditSchema from '../../../db/schema/mass-edits.ts';
import * as schema from '../../../db/schema/schema.ts';
import { openDatabase } from '../../support/organization.ts';

const sql = openDatabase();
afterAll(() => sql.end());

/** A table's columns in one form for both sides: `name type`, and `null` if it may be empty. */
type Columns = Record<string, string[]>;

describe('the schema in TypeScript', () => {
  it('equals that of the database: every table, column, type and nullability', async () => {
    expect(described()).toEqual(await real());
  });

  it('knows the columns that the database computes', async () => {
    const generated = await sql<{ column: string }[]>`
      select table_name || '.' || column_name as column from information_schema.columns
      where table_schema = 'public' and is_generated = 'ALWAYS'`;
    const said = tables().flatMap((table) => {
      const { name, columns } = getTableConfig(table);
      return columns.filter((column) => column.generated).map((column) => `${name}.${column.name}`);
    });
    expect(said.sort()).toEqual(generated.map(({ column }) => column).sort());
  });
});

function tables(): PgTable[] {
  return Object.values<unknown>({ ...schema, ...massEditSchema }).filter((value) => value instanceof PgTable);
}

function described(): Columns {
  return Object.fromEntries(
    tables().map((table) => {
      const { name, columns } = getTableConfig(table);
      return [name, columns.map((column) => line(column.name, column.getSQLType(), !column.notNull)).sort()];
    }),
  );
}

async function real(): Promise<Columns> {
  const columns = await sql<{ table: string; name: string; type: string; empty: boolean }[]>`
    select c.relname as table, a.attname as name, format_type(a.atttypid, a.atttypmod) as type, not a.attnotnull as empty
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped`;
  const found: Columns = {};
  for (const { table, name, type, empty } of columns) {
    found[table] ??= [];
    found[table].push(line(name, type, empty));
  }
  return Object.fromEntries(Object.entries(found).map(([table, lines]) => [table, lines.sort()]));
}

const line = (name: string, type: string, mayBeEmpty: boolean): string => `${name} ${type}${mayBeEmpty ? ' null' : ''}`;
