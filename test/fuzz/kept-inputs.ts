import type { ReadLimits } from '../../csv/dialect.ts';

/** A file on which the reader once failed, and why. It is read whole and in pieces of the given sizes. */
export type KeptInput = { about: string; bytes: Buffer; pieces: number[]; limits: ReadLimits };

const WIDE: ReadLimits = { maxRows: 1_000_000, maxColumns: 500, maxCellCharacters: 10_000 };
/** With these limits, a record of more than 664 bytes is cut off. */
const NARROW: ReadLimits = { maxRows: 6, maxColumns: 8, maxCellCharacters: 20 };

const rows = 'a@b.se;Anna Berg\n'.repeat(1000);
const damaged = Buffer.from('b@b.se;Malm\xf6\n', 'latin1');
const halfACharacter = Buffer.from([0x00, 0xd8, 0x41, 0x00]);

export const KEPT_INPUTS: readonly KeptInput[] = [
  {
    about: 'UTF-8 by its byte order mark, with a damaged letter far behind it',
    bytes: Buffer.concat([Buffer.from(`\ufeffEmail;First name\n${rows}`), damaged]),
    pieces: [100],
    limits: WIDE,
  },
  {
    about: 'UTF-16 by its byte order mark, with half a character far behind it',
    bytes: Buffer.concat([Buffer.from(`\ufeffEmail;First name\n${rows}`, 'utf16le'), halfACharacter]),
    pieces: [100],
    limits: WIDE,
  },
  {
    about: 'a row that is longer than legal cells can make it, at the end of a file',
    bytes: Buffer.from(`Email;First name;Notes\na@b.se;Bo;x${'😀'.repeat(180)}\nb@b.se;Cy;z\n`),
    pieces: [28],
    limits: NARROW,
  },
  {
    about: 'a row that is cut off inside quotes',
    bytes: Buffer.from(`Email;First name\na@b.se;"${'é;""\n'.repeat(150)}"\nb@b.se;Cy\n`),
    pieces: [7, 3],
    limits: NARROW,
  },
];
