/**
 * PostgreSQL array literals for columns of thousands of values. The driver examines each value of an array twice, which
 * took a tenth of the time of reading a file.
 */

/** Of texts, null for none. Must be cast to text[] or to the type of the texts. */
export const textArray = (values: readonly (string | null)[]): string => {
  let array = '';
  for (const value of values) array += `,${value === null ? 'NULL' : quoted(value)}`;
  return `{${array.slice(1)}}`;
};

/** Of values without quotes: numbers, identifiers, digests. */
export const plainArray = (values: readonly (string | number | boolean | null)[]): string =>
  `{${values.map((value) => value ?? 'NULL').join(',')}}`;

const NEEDS_ESCAPE = /["\\]/;
const escaped = (value: string): string => `"${value.replace(/["\\]/g, '\\$&')}"`;

type Value = string | number | boolean | null;
/**
 * `plain`: needs no quotes; `texts`: any text; `lines`: texts without line breaks, such as JSON, split at line breaks.
 */
type Kind = 'plain' | 'texts' | 'lines';

/**
 * Columns that are filled row by row. `arrays` returns each as one text: a PostgreSQL array, or lines for
 * `string_to_table`, which need no escapes and have an empty line for null.
 */
export function columnBatch(kind: Kind, count: number): { add(...row: Value[]): void; arrays(): string[] } {
  const columns = Array.from({ length: count }, (): Value[] => []);
  const written = WRITTEN[kind];
  return {
    add(...row) {
      for (let column = 0; column < count; column++) columns[column]?.push(written(row[column] ?? null));
    },
    arrays: () => columns.map((column) => (kind === 'lines' ? column.join('\n') : `{${column.join(',')}}`)),
  };
}

const WRITTEN: Record<Kind, (value: Value) => Value> = {
  plain: (value) => value ?? 'NULL',
  texts: (value) => (value === null ? 'NULL' : quoted(String(value))),
  lines: (value) => value ?? '',
};

const quoted = (value: string): string => (NEEDS_ESCAPE.test(value) ? escaped(value) : `"${value}"`);
