import type { Encoding } from '../dialect.ts';
import { END_OF_FILE_SIGN } from '../records/end-marker.ts';

/** How much of a file's beginning is looked at to tell what it is: the first entries of a zip archive fit in. */
export const KIND_BYTES = 4096;

/** What a file is if it is not CSV, in words that go into a sentence; null where it may be CSV. */
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

/** The first characters, by the encoding if it is known; the signs looked for are ASCII in every other. */
const beginningOf = (head: Buffer, encoding: Encoding | null): string =>
  encoding === null ? head.toString('latin1', 0, 512) : new TextDecoder(encoding).decode(head.subarray(0, 1024));

/** The encoding that a byte order mark names, and its length; null without one. */
export const detectByteOrderMark = (head: Buffer): { encoding: Encoding; bytes: number } | null => {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { encoding: 'utf-8', bytes: 3 };
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf-16le', bytes: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16be', bytes: 2 };
  return null;
};

/**
 * UTF-16 that has lost its mark: of ASCII letters, which every header has, one byte is 0, always on the same side. Null
 * where the bytes do not say so clearly.
 */
export const detectUtf16WithoutMark = (head: Buffer): Encoding | null => {
  const zeros = [0, 0];
  const pairs = Math.floor(head.length / 2);
  for (let at = 0; at < pairs * 2; at++) if (head[at] === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  // Half of the letters may be others than ASCII.
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

/** Office documents are zip archives; the names of their parts stand in clear. */
const kindOfZip = (head: Buffer): string => {
  const text = head.toString('latin1');
  if (text.includes('word/')) return 'a Word document';
  if (text.includes('xl/') || text.includes('[Content_Types].xml') || text.includes('_rels/.rels'))
    return 'an Excel workbook';
  if (text.includes('.iwa')) return 'a Numbers document';
  if (text.includes('opendocument')) return 'an OpenDocument spreadsheet';
  return 'a zip archive';
};

/** Tab, line breaks, and the sign that fills the last block of a file up. */
const TEXT_CONTROLS = new Set([0x09, 0x0a, 0x0d, END_OF_FILE_SIGN]);

/** One control character in ten is more than any text has. A stray one is found in its cell later on. */
const isBinary = (head: Buffer): boolean => {
  let controls = 0;
  for (const byte of head) if (byte < 0x20 && !TEXT_CONTROLS.has(byte)) controls++;
  return controls * 10 > head.length;
};
