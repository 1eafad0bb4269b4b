import type { Random } from './random.ts';
import { withGuard } from './text.ts';

/** The text to write: cells, or a text as it is. `plain`: as the template writes. */
export type FileText = { table: string[][]; plain: boolean } | { text: string };

/** The bytes of a file, with delimiters, quotes, line ends and encodings as users have them. */
export function writeText(random: Random, file: FileText): Uint8Array {
  if ('text' in file) return Buffer.from(file.text);
  const { table, plain } = file;
  const [header = [], ...rows] = table;
  const delimiter = plain || random.chance(0.7) ? ';' : random.one([',', '\t', ';']);
  const end = plain ? '\r\n' : random.one(['\n', '\r\n', '\r']);
  // Some exports write every cell as a formula of its text, to keep zeros.
  const asFormulas = random.chance(0.05);
  const lines = [header.map((name) => (plain || random.chance(0.9) ? name : otherHeader(random, name))), ...rows].map(
    (cells, index) => {
      const written = cells.map((cell) => writeCell(cell, delimiter, !plain && (asFormulas || random.chance(0.01))));
      if (plain || index === 0) return written.join(delimiter);
      if (random.chance(0.03)) return written.slice(0, random.whole(1, written.length)).join(delimiter);
      if (random.chance(0.03)) return [...written, random.one(['', 'extra'])].join(delimiter);
      return written.join(delimiter);
    },
  );
  if (!plain && random.chance(0.1)) lines.splice(random.whole(1, lines.length), 0, random.one(['', delimiter, '   ']));
  if (!plain) oddLines(random, lines, delimiter);
  if (!plain && random.chance(0.05)) lines.unshift(`sep=${delimiter}`);
  const text = lines.join(end) + (random.chance(0.8) ? end : '') + (random.chance(0.05) ? '\u001a' : '');
  return encode(random, text, plain);
}

/** Line errors of programs and users: quotes that take in rows, headers of joined files, delimiters. */
function oddLines(random: Random, lines: string[], delimiter: string): void {
  if (random.chance(0.12) && lines.length > 2) {
    const first = random.whole(random.chance(0.1) ? 0 : 1, lines.length - 2);
    const last = random.whole(first + 1, Math.min(lines.length - 1, first + 4));
    const place = random.whole(0, 6);
    lines[first] = withQuote(lines[first]!, delimiter, place, 'before');
    lines[last] = withQuote(lines[last]!, delimiter, random.chance(0.8) ? place : random.whole(0, 6), 'behind');
  }
  if (random.chance(0.08)) {
    const header =
      random.one(['', '\ufeff']) +
      lines[0]!.replaceAll(/[a-z]/g, (letter) => random.one([letter, letter.toUpperCase()]));
    lines.splice(random.whole(1, lines.length), 0, header);
  }
  if (random.chance(0.08)) {
    const run = random.one([';', ';;', ',,', '\t', `${delimiter}${delimiter}`]);
    const every = random.chance(0.8);
    for (const [index, line] of lines.entries())
      if (index === 0 || every || random.chance(0.5)) lines[index] = line + run;
  }
}

/** A line with a stray quote before or behind one of its cells. */
function withQuote(line: string, delimiter: string, place: number, where: 'before' | 'behind'): string {
  const cells = line.split(delimiter);
  const at = Math.min(place, cells.length - 1);
  cells[at] = where === 'before' ? `"${cells[at]}` : `${cells[at]}"`;
  return cells.join(delimiter);
}

/** Files that no user should have. */
export function hostileText(random: Random, table: string[][]): FileText {
  const [header = [], ...rows] = table;
  const body = rows.map((row) => row.map((cell) => writeCell(cell, ';')).join(';')).join('\n');
  const names = header.join(';');
  return {
    text: random.one([
      '\n\n',
      ' \n;;\n',
      `${names}\n`,
      `${names}\n${body}\np0@example.com;"open\nand;on`,
      `${names};Email\n${body}\n`,
      `${names};First name;first NAME\n${body}\n`,
      `First name;Department\nAnn;Sales\n`,
      'p1@example.com;Ann;Berg\np2@example.com;Bo;Lind\n',
      `Email;Mystery backdate;Language\n${rows[0]?.[0] ?? ''};;\n`,
      `Email;Department backdate\np1@example.com;\n`,
      'Email;First name,External Id\nx;y,z\n',
      `${names};_code;_message\n${body}\n`,
      `${names};_line;_severity;_code;_column;_value;_message\n${body}\n`,
      `Email;First name\nstranger@example.com;Stranger\n`,
      `Email;First name;${'c;'.repeat(501)}\np1@example.com;A\n`,
      `Email;First name\np1@example.com;A"nn"a\np2@example.com;B;C\n`,
      `Email;First name\n;Noname\np1@example.com;Ann\n`,
      '"Email;First name"\n"p1@example.com;Ann"\n',
      `Email;"First name\np1@example.com;Ann\np2@example.com;Bo"\np3@example.com;Cy\n`,
      `Email;First name\np1@example.com;Ann\nEmail;Last name\np2@example.com;Berg\n`,
    ]),
  };
}

/** The same header, as another program writes it. */
const otherHeader = (random: Random, name: string): string =>
  random.one([` ${name.toUpperCase()} `, name.replaceAll('a', 'ａ').replaceAll(' ', '\u3000'), `\u200b${name}`]);

/** Quoted if necessary, guarded if a spreadsheet would run it. */
function writeCell(cell: string, delimiter: string, asFormula = false): string {
  const asText = /^-?[\d.,]+$/.test(cell) ? cell : withGuard(cell);
  const guarded = asFormula ? `="${cell.replaceAll('"', '""')}"` : asText;
  const quoted = guarded.includes(delimiter) || /["\r\n]/.test(guarded);
  return quoted ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

function encode(random: Random, text: string, plain: boolean): Uint8Array {
  const roll = random.next();
  if (plain || roll < 0.3) return Buffer.from(`\ufeff${text}`);
  if (roll < 0.4) return Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
  if (roll < 0.45) return Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(text, 'utf16le').swap16()]);
  // A text that was encoded twice is UTF-8 in the bytes of the older encoding. Other texts stay as they are.
  if (roll >= 0.6 || text.includes('Ã')) return Buffer.from(text);
  const western = text.replace(/[^\0-\x7f\u00a0-\u00ff]/gu, '?');
  // Some programs write a question mark for each letter that the encoding lacks. Others do not write the file.
  if (roll < 0.5 || western === text) return Buffer.from(western, 'latin1');
  return Buffer.from(text);
}
