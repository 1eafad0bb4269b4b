import type { Encoding } from '../dialect.ts';
import { END_OF_FILE_SIGN } from './to-utf8.ts';

/** How many bytes are read to tell the file type: enough for the first entries of a zip archive. */
export const KIND_BYTES = 4096;

/** The type of a file that is not CSV, in words for a sentence; null if the file may be CSV. */
export const detectNonCsv = (head: Buffer): string | null => {
  for (const [signature, kind] of SIGNATURES) if (head.subarray(0, signature.length).equals(signature)) return kind;
  if (head.subarray(0, ZIP.length).equals(ZIP)) return kindOfZip(head);
  const wide = detectByteOrderMark(head)?.encoding ?? detectUtf16WithoutMark(head);
  const start = beginningOf(head, wide).trimStart().toLowerCase();
  if (/^(?:<!--|<!doctype html|<html|<head|<body|<table|<meta)/.test(start)) return 'a web page (HTML)';
  if (start.startsWith('<?xml')) return 'an XML file';
  if (start.startsWith('mime-version:')) return 'a web archive (MHTML)';
  if (start.startsWith('id;p')) return 'a SYLK spreadsheet';
  if (/^[[{]\s*(?:\{\s*)?"[^"]*"\s*:/.test(start)) return 'a JSON file';
  return wide === null && isBinary(head) ? 'a binary file' : null;
};

/** The first characters, decoded if the encoding is known. In any other encoding the searched characters are ASCII. */
const beginningOf = (head: Buffer, encoding: Encoding | null): string =>
  encoding === null ? head.toString('latin1', 0, 512) : new TextDecoder(encoding).decode(head.subarray(0, 1024));

/** The encoding that a byte order mark names, and the length of the mark; null if there is none. */
export const detectByteOrderMark = (head: Buffer): { encoding: Encoding; bytes: number } | null => {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { encoding: 'utf-8', bytes: 3 };
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf-16le', bytes: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16be', bytes: 2 };
  return null;
};

/**
 * Detects UTF-16 without its mark: one byte of each ASCII letter is 0, always on the same side, and every header has such
 * letters. Null if the bytes are not clear.
 */
export const detectUtf16WithoutMark = (head: Buffer): Encoding | null => {
  const zeros = [0, 0];
  const pairs = Math.floor(head.length / 2);
  for (let at = 0; at < pairs * 2; at++) if (head[at] === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  // Half of the letters may be outside ASCII.
  if (odd * 2 > pairs && even === 0) return 'utf-16le';
  if (even * 2 > pairs && odd === 0) return 'utf-16be';
  return null;
};

const ZIP = Buffer.from('PK\x03\x04', 'latin1');
const SIGNATURES: [Buffer, string][] = [
  [Buffer.from([0xd0, 0xcf, 0x11, 0xe0]), 'an old Excel workbook'],
  [Buffer.from('%PDF', 'latin1'), 'a PDF document'],
  [Buffer.from('PK\x05\x06', 'latin1'), 'an empty zip archive'],
  [Buffer.from('{\\rtf', 'latin1'), 'a Word document'],
  [Buffer.from([0x1f, 0x8b]), 'a compressed file (gzip)'],
  [Buffer.from('7z\xbc\xaf', 'latin1'), 'a compressed file (7-Zip)'],
  [Buffer.from('Rar!', 'latin1'), 'a compressed file (RAR)'],
  [Buffer.from('\x89PNG', 'latin1'), 'a picture'],
  [Buffer.from([0xff, 0xd8, 0xff]), 'a picture'],
  [Buffer.from('GIF8', 'latin1'), 'a picture'],
];

/** Office documents are zip archives, and the names of their parts are not compressed. */
const kindOfZip = (head: Buffer): string => {
  const text = head.toString('latin1');
  if (text.includes('word/')) return 'a Word document';
  if (text.includes('xl/') || text.includes('[Content_Types].xml') || text.includes('_rels/.rels'))
    return 'an Excel workbook';
  if (text.includes('.iwa')) return 'a Numbers document';
  if (text.includes('opendocument')) return 'an OpenDocument spreadsheet';
  return 'a zip archive';
};

/** Tab, line breaks, and the character that pads the last block of a file. */
const TEXT_CONTROLS = new Set([0x09, 0x0a, 0x0d, END_OF_FILE_SIGN]);

/** No text has one control character in ten. A single control character is found later, in its cell. */
const isBinary = (head: Buffer): boolean => {
  let controls = 0;
  for (const byte of head) if (byte < 0x20 && !TEXT_CONTROLS.has(byte)) controls++;
  return controls * 10 > head.length;
};
