import { type Static, Type } from 'typebox';
import type { StoredColumn, StoredFileFormat } from '../../../csv/user-file/file-format.ts';
import { excerpt } from '../../../rules/findings/findings.ts';
import { type ColumnFormat, type Proof, UNDETERMINED } from '../../../rules/values/column-format.ts';
import { nullable, nullableText, oneOf } from '../../schema-parts.ts';

const CellSchema = Type.Object({ line: Type.Integer(), value: Type.String() });

const FORMATS = [
  'year_first',
  'day_first',
  'month_first',
  'decimal_comma',
  'decimal_point',
  'words',
  'names',
  'contradicting',
  'unproved',
] as const;

const ColumnReadingSchema = Type.Object({
  position: Type.Integer({ minimum: 1, description: 'The leftmost column being 1' }),
  header: Type.String({ description: 'As the file spells it, cut at 200 characters' }),
  column: nullableText('What it was taken for; null: ignored'),
  type: nullableText(),
  format: nullable(
    oneOf(FORMATS),
    'How its dates, numbers, booleans or languages are read; null where there is nothing to decide',
  ),
  proof: nullable(CellSchema, 'A cell that can be read in this way only'),
  against: nullable(CellSchema, 'A cell that contradicts it'),
});

export const ReadingSchema = Type.Array(ColumnReadingSchema, {
  description: 'How each column of the file was read, with the evidence; empty before it was looked at',
});

const UnreadColumnSchema = Type.Object({
  header: Type.String({ description: 'As the file spells it, cut at 200 characters; empty if it has none' }),
  filled: Type.Integer({ minimum: 1, description: 'How many of its cells hold something' }),
  nearest: Type.Array(Type.String(), { description: 'Columns of ours that may be meant, the likeliest first' }),
});

export const UnreadColumnsSchema = Type.Array(UnreadColumnSchema, {
  description:
    'Columns with data that were not read, in the order of the file; the first hundred. None if the file as a whole is wrong',
});

type Decision = { format: (typeof FORMATS)[number] | null; proof: Proof | null; against: Proof | null };

/** More names than a person reads. With 200 characters each, they are a quarter of the longest item of a list. */
const MOST_UNREAD = 100;

/** The columns with data that were not read. A mass edit of an earlier version does not have them. */
export const unreadColumnsJson = ({ unread = [] }: Partial<StoredFileFormat>): Static<typeof UnreadColumnsSchema> =>
  unread
    .slice(0, MOST_UNREAD)
    .map(({ header, filled, nearest }) => ({ header, filled, nearest: nearest.map(excerpt) }));

/** How each column was read, in the file's order. Takes the format that is stored with the mass edit. */
export const readingJson = ({
  header = [],
  columns = [],
  formats = [],
}: Partial<StoredFileFormat>): Static<typeof ReadingSchema> =>
  header.map((given, index) => {
    const column = columns.find((one) => one.index === index);
    return {
      position: index + 1,
      // Formats that earlier versions stored hold whole cells.
      header: excerpt(given),
      column: column?.name ?? null,
      type: column?.kind ?? null,
      ...shownDecision(column?.kind, formats[index] ?? UNDETERMINED),
    };
  });

const shownDecision = (...of: Parameters<typeof decisionOf>): Decision => {
  const { format, proof, against } = decisionOf(...of);
  return { format, proof: shownProof(proof), against: shownProof(against) };
};
const shownProof = (proof: Proof | null): Proof | null => proof && { line: proof.line, value: excerpt(proof.value) };

const decisionOf = (
  kind: StoredColumn['kind'] | undefined,
  { dates, numbers, booleans, languages }: ColumnFormat,
): Decision => {
  switch (kind) {
    case 'dates':
    case 'backdate': {
      const { order, yearFirst, proof, against } = dates;
      if (order === 'unproved' && yearFirst) return { format: 'year_first', proof: yearFirst, against: null };
      return { format: order, proof, against };
    }
    case 'numbers': {
      const { comma, proof, against } = numbers;
      // If the comma groups thousands, the point is decimal.
      const format = comma === 'decimal' ? 'decimal_comma' : comma === 'group' ? 'decimal_point' : comma;
      return { format, proof, against };
    }
    case 'participates':
      return { format: booleans.proof ? 'words' : 'unproved', proof: booleans.proof, against: null };
    case 'language':
      return { format: languages ? 'names' : null, proof: languages?.proof ?? null, against: null };
    default:
      return { format: null, proof: null, against: null };
  }
};
