import type { Columns } from '../../rules/columns/headers.ts';
import { type Finding, finding } from '../../rules/findings/findings.ts';
import type { Delimiter, Encoding } from '../dialect.ts';
import { inQuotes } from '../encoding/encoding-samples.ts';
import type { FileFormat } from './file-format.ts';

/**
 * Warnings about the format: an inferred encoding, with cells to judge it by, and a delimiter that was detected, not given
 * by the file.
 */
export const formatWarnings = (
  { encoding, delimiter, sepLine, header, samples, ending }: Omit<FileFormat, 'warnings'>,
  converted: boolean,
): Finding[] => {
  const warnings: Finding[] = [];
  if (converted) {
    const [first, ...more] = samples.map(({ value }) => value);
    const details = { encoding: ENCODINGS[encoding], ...(more.length > 0 ? { samples: inQuotes(more) } : {}) };
    warnings.push(finding(null, 'ENCODING_CONVERTED', null, first ?? null, details));
  }
  if (delimiter !== ';' && !sepLine && header.length > 1) {
    warnings.push(finding(null, 'DELIMITER_DETECTED', null, null, { delimiter: DELIMITERS[delimiter] }));
  }
  if (ending) warnings.push(finding(null, 'TRAILING_DELIMITERS', null, null, { ending: ending.replaceAll('\t', '⇥') }));
  return warnings;
};

/** One warning for the language column, if it has names or locales of languages and not their codes. */
export const wordsRead = ({ formats, headerLine }: FileFormat, { list }: Columns): Finding[] => {
  const column = list.find(({ kind }) => kind === 'language');
  const read = column && formats[column.index]?.languages;
  if (!read) return [];
  const { proof, code, cells } = read;
  return [finding(headerLine, 'WORDS_READ', column.name, proof.value, { meant: code, cells, line: proof.line })];
};

const ENCODINGS: Record<Encoding, string> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16',
  'utf-16be': 'UTF-16',
  'windows-1252': 'Windows-1252 (Western European)',
};
const DELIMITERS: Record<Delimiter, string> = { ';': 'semicolon', ',': 'comma', '\t': 'tab' };
