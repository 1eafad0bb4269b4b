import { wholeYears } from './days.ts';
import { warning } from './findings.ts';
import { isBeyondAscii, lacks, questionAt } from './lost-letters.ts';
import { isPlaceholder, withoutHtml } from './read-words.ts';
import type { Row } from './row.ts';
import { nameKey, trim } from './text.ts';
import type { Attribute, Day, Organization, Segment, Value } from './types.ts';

/** New segments in file order. A segment is created only if an accepted row uses it. */
export type NewSegment = { attribute: string; name: string };

/** Replaces names of choices by segment names, and checks that dates and numbers are in a range. */
export function readValues(rows: Row[], { attributes, today }: Organization): NewSegment[] {
  const made: NewSegment[] = [];
  for (const row of rows.filter(({ verdict }) => verdict !== 'skipped')) {
    for (const attribute of attributes) {
      const wish = row.wishes[attribute.name];
      if (!wish || wish.value === null) continue;
      if (attribute.type === 'choices') wish.value = choose(row, attribute, wish.value, wish.given, made);
      if (attribute.type !== 'dates' && attribute.type !== 'numbers') continue;
      const { segments } = attribute;
      if (segments.length > 0 && !segments.some((segment) => holds(segment, attribute, wish.value as Value, today)))
        row.findings.push(warning(row.line, 'NO_RANGE', attribute.name, wish.given));
    }
  }
  return made;
}

function choose(row: Row, attribute: Attribute, text: string, given: string, made: NewSegment[]): string {
  const key = nameKey(text);
  const spelled = trim(text)
    .normalize('NFC')
    .split(/[\s\u00a0]+/)
    .join(' ');
  const names = [
    ...attribute.segments.map(({ name }) => name),
    ...made.filter((segment) => segment.attribute === attribute.name).map(({ name }) => name),
  ];
  for (const name of names) {
    if (nameKey(name) !== key) continue;
    if (withoutHtml(name) !== name) row.findings.push(warning(row.line, 'HTML_ENTITY', attribute.name, given));
    if (name.normalize('NFC') !== spelled)
      row.findings.push(warning(row.line, 'CASE_VARIANT', attribute.name, given, { spelling: name }));
    return name;
  }
  for (const { name, aliases } of attribute.segments) if (aliases.some((alias) => nameKey(alias) === key)) return name;
  const meant = chooseMeant(row, attribute, spelled, given, names);
  if (meant !== null) return meant;
  made.push({ attribute: attribute.name, name: spelled });
  return spelled;
}

/**
 * The choice that a name with HTML entities or with a lost letter means. Adds a finding, also if there is no such
 * choice.
 */
function chooseMeant(row: Row, attribute: Attribute, name: string, given: string, names: string[]): string | null {
  const { name: header, segments } = attribute;
  const say = (code: string): number => row.findings.push(warning(row.line, code, header, given));
  const called = [
    ...names.map((one) => ({ one, is: one })),
    ...segments.flatMap((segment) => segment.aliases.map((one) => ({ one, is: segment.name }))),
  ];
  const plain = withoutHtml(name);
  if (plain !== name) {
    say('HTML_ENTITY');
    const found = called.find(({ one }) => nameKey(one) === nameKey(plain));
    if (found) return found.is;
  }
  if (!name.includes('?') || isPlaceholder(name)) return null;
  const whole = new Set(called.flatMap(({ one, is }) => (lacks(name, one, isBeyondAscii) ? [is] : [])));
  if (whole.size === 1) {
    say('LETTER_LOST');
    return [...whole][0]!;
  }
  if (questionAt(name) === 'nowhere') return null;
  const single = name.split('?').length === 2;
  const similar = called.filter(({ one }) => single && lacks(name, one, (letter) => /[a-z]/.test(letter)));
  const lossy = row.doubtful.some((cell) => cell.header === header && cell.lossy);
  if (similar.length === 1 || questionAt(name) === 'before' || lossy) say('LETTER_LOST');
  return null;
}

function holds(segment: Segment, { type }: Attribute, value: Value, today: Day): boolean {
  const { lowerNumber = -Infinity, upperNumber = Infinity, lowerDay, upperDay } = segment;
  if (type === 'dates' && (lowerDay !== undefined || upperDay !== undefined))
    return (lowerDay === undefined || lowerDay <= value) && (upperDay === undefined || value < upperDay);
  const number = type === 'dates' ? wholeYears(value, today) : Number(value);
  return lowerNumber <= number && number < upperNumber;
}
