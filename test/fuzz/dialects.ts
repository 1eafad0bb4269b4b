import type { Delimiter, Encoding } from '../../csv/dialect.ts';
import type { Random } from './random.ts';

/** How a file is written, as programs and users do it. */
export type Dialect = {
  delimiter: Delimiter;
  encoding: Encoding;
  bom: boolean;
  sepLine: boolean;
  quotes: 'needed' | 'all' | 'random';
  breaks: readonly string[];
};

const DELIMITERS: readonly Delimiter[] = [';', ',', '\t'];
const BREAKS = [['\r\n'], ['\n'], ['\r'], ['\r\n', '\n', '\r']] as const;
/** UTF-8 twice: most files have it. */
const ENCODINGS: readonly Encoding[] = ['utf-8', 'utf-8', 'utf-16le', 'utf-16be', 'windows-1252'];

export const randomDialect = (random: Random, columns: number): Dialect => {
  const encoding = random.one(ENCODINGS);
  const sepLine = random.onceIn(6);
  return {
    // A file of one column has no delimiter to detect, and is read with the delimiter of the templates.
    delimiter: columns > 1 || sepLine ? random.one(DELIMITERS) : ';',
    encoding,
    bom: encoding !== 'windows-1252' && random.onceIn(2),
    sepLine,
    quotes: random.one(['needed', 'all', 'random'] as const),
    breaks: random.one(BREAKS),
  };
};

/** Encodes a text in the dialect. The encoding must have all its letters. */
export const encode = (text: string, { encoding, bom }: Pick<Dialect, 'encoding' | 'bom'>): Buffer => {
  const whole = bom ? `\ufeff${text}` : text;
  if (encoding === 'windows-1252') return Buffer.from(whole, 'latin1');
  if (encoding === 'utf-8') return Buffer.from(whole);
  const bytes = Buffer.from(whole, 'utf16le');
  return encoding === 'utf-16be' ? bytes.swap16() : bytes;
};
