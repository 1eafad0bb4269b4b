import type { OpenFile } from '../../csv/user-file/file-format.ts';
import { inspectFile } from '../../csv/user-file/inspect-file.ts';
import { readRows } from '../../csv/user-file/read-rows.ts';
import { matchHeaders } from '../../rules/columns/headers.ts';
import { parseRow } from '../../rules/rows/parse-row.ts';
import { ATTRIBUTES, contextOf } from './read-all.ts';

/**
 * Reads a generated file of `sizeBytes` (the first argument) as stage 1 does. Prints its rows and the peak memory of
 * this process in bytes. It runs in a process of its own, because the peak never goes down.
 */
const sizeBytes = Number(process.argv[2]);
const limits = { maxRows: 10_000_000, maxColumns: 500, maxCellCharacters: 10_000 };
/** What the database returns at a time. */
const PIECE_BYTES = 256 * 1024;

const row = (index: number): string =>
  `p${index}@example.com;"Åsa ""${index}""";Department ${index % 50};1990-01-${10 + (index % 20)};${index},5;"two\r\nlines"\r\n`;

const open: OpenFile = async function* () {
  let text = 'Email;First name;Department;Born;Salary;Notes\r\n';
  let sent = 0;
  for (let index = 0; sent < sizeBytes; index++) {
    text += row(index);
    if (text.length < PIECE_BYTES) continue;
    const piece = Buffer.from(text);
    sent += piece.length;
    text = '';
    yield piece;
  }
};

const { reading } = await inspectFile(open, limits);
if (!reading) throw new Error('It can be read');
const { columns } = matchHeaders(reading.header, ATTRIBUTES);
if (!columns) throw new Error('It has columns');
const context = contextOf([], reading, limits);
let rows = 0;
let refused = 0;
for await (const batch of readRows(open(), reading, limits)) {
  for (const fileRow of batch) {
    rows++;
    if (parseRow(fileRow, columns, context).refused) refused++;
  }
}
// The system counts kibibytes.
console.log(JSON.stringify({ rows, refused, mostBytes: process.resourceUsage().maxRSS * 1024 }));
