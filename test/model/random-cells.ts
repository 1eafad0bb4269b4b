import { daysBefore } from './days.ts';
import type { Random } from './random.ts';
import { CHOICES, FIRST_NAMES, LANGUAGES, LAST_NAMES } from './random-organization.ts';
import { MONTH_WORDS } from './read-dates.ts';
import { PARTICIPATE } from './read-headers.ts';
import type { Attribute, Organization, User } from './types.ts';

/** How the dates and numbers of one column of a random file are written. */
export type Style = 'plain' | 'day first' | 'month first' | 'ambiguous' | 'mixed';

/** The user's cell in the edit template, without guard and quotes. */
export function presentCell(organization: Organization, user: User, header: string): string {
  const field = fieldOf(user, header);
  if (field !== null) return field;
  const holding = user.values[header];
  if (!holding) return '';
  const type = organization.attributes.find(({ name }) => name === header)?.type;
  return type === 'users' ? nameOf(organization.people.find(({ id }) => id === holding.value)) : holding.value;
}

const nameOf = (user: User | undefined): string => user?.email ?? user?.externalId ?? '';

function fieldOf(user: User, header: string): string | null {
  if (header === 'Email') return user.email ?? '';
  if (header === 'External Id') return user.externalId ?? '';
  if (header === 'First name') return user.firstName;
  if (header === 'Last name') return user.lastName ?? '';
  if (header === 'Language') return user.language;
  if (header === PARTICIPATE) return user.participates ? 'TRUE' : 'FALSE';
  return null;
}

/** Another legal cell of this column. `named`: the users that it may reference. */
export function newCell(
  random: Random,
  header: string,
  attribute: Attribute | null,
  style: Style,
  named: string[],
  today: string,
): string {
  if (header === 'First name') return random.one([...FIRST_NAMES, ...ODD_NAMES]);
  if (header === 'Last name') return random.one([...LAST_NAMES, ...ODD_NAMES, 'BjÃ¶rk']);
  if (header === 'Language')
    return random.one([
      ...LANGUAGES,
      'SV',
      'sv-SE',
      'en_GB',
      'no',
      'sv_SE.UTF-8',
      'Svenska',
      'TYSKA',
      'Français',
      'norsk',
    ]);
  if (header === PARTICIPATE)
    return random.one([
      ...['TRUE', 'FALSE', 'true', '0', '1', '1.0', '0,0', 'ja', 'nej', 'Yes', 'no', 'sant', 'falskt'],
      ...['WAHR', 'Falsch', 'SANN', 'USANN', 'EPÄTOSI', 'FAŁSZ', 'sì', 'Não', 'oui', 'NIE'],
    ]);
  if (attribute?.type === 'choices')
    return random.one([
      ...CHOICES,
      'sales',
      'IT ',
      'it',
      'human  resources',
      'Cafe\u0301',
      'the alias',
      'New Team',
      'new team',
      'Team Ö',
      '=Sum',
      ...[
        'GROSSKUNDEN',
        'großkunden',
        'ik',
        "DIRECTOR'S office",
        'back-office',
        'Back\u00a0— office',
        'ｓupport',
        'ﬁn',
        'FIN',
      ],
      ...['R, =D', "R; '-D", '＝Sum', '½', '№ 5', 'no 5'],
      '-',
      'N/A',
      'null',
      ...['#NV', 'nan', 'R&amp;D', 'Z&uuml;rich', 'Z?rich', 'Caf??', 'Team ?', 'Sale?', 'K?k', 'Q&A?', '?'],
      '👩\u200d💻 Dev',
    ]);
  if (attribute?.type === 'dates') return dateCell(random, daysBefore(today, random.whole(-500, 14_000)), style);
  if (attribute?.type === 'numbers') return numberCell(random, style);
  const name = random.one(named);
  return random.chance(0.03) ? respelled(random, name) : name;
}

/** An identity as another program writes it, or a placeholder. */
export function respelled(random: Random, own: string): string {
  if (random.chance(0.2)) return random.one(['#N/A', 'NULL', 'None', '-', '#REF!', '&nbsp;']);
  if (own.includes('@'))
    return random.one([
      `Name <${own}>`,
      `mailto:${own}`,
      `'${own}`,
      `${own} (work)`,
      own.replace('@', '%40'),
      `${own}\u200b`,
    ]);
  const digits = /^[0-9]+$/.test(own) ? [`${own}.0`, own.replace(/^0+/, ''), `${own.replace(/^0+/, '')}.0`] : [];
  return own === '' ? '' : random.one([`'${own}`, `"${own}"`, `#${own}`, `${own}\u200b`, ...digits]);
}

/** Names as exports and older encodings leave them, and a name with a joiner. */
const ODD_NAMES = ['NULL', 'nan', 'O&#39;Neil', '&Ouml;st', 'J?rgen', 'Micha?', '?', 'می\u200cخواهم'];

/** A backdate, mostly an allowed one. */
export function backdateCell(random: Random, today: string, style: Style): string {
  if (random.chance(0.01)) return longCell(random);
  const days = random.chance(0.75) ? random.whole(0, 88) : random.one([-1, -30, 89, 90, 91, 92, 93, 120, 4000]);
  return random.chance(0.05)
    ? random.one(['soon', '2026-02-30', '46000', '01/02/26', '2026-02-01T00:00:00Z', '2026-02-0⁴'])
    : dateCell(random, daysBefore(today, days), style);
}

/** A cell that is wrong in this column. */
export function badCell(random: Random, header: string, attribute: Attribute | null): string {
  if (random.chance(0.15))
    return random.one(['Bell\u0007', 'L\ufffdst', 'Zero\u200bwidth', longCell(random), '#CLEAR']);
  if (header === 'Email')
    return random.one([
      'noaddress',
      'o&#39;x@example.com',
      'a@b',
      'a b@example.com',
      '@example.com',
      'x@example..com',
      'two@at@example.com',
    ]);
  if (header === 'External Id') return random.one(['4.67012E+11', '1,5E+9', 'unknown-7', '']);
  if (header === 'Language') return random.one(['Klingon', 'nynorsk', 'zh-TW', 'xx', 'e', 'en sv']);
  if (header === PARTICIPATE) return random.one(['maybe', '2', 'TRUE!', 'J', 'T', 'n', '①', '-1']);
  if (attribute?.type === 'dates')
    return random.one([
      ...['2026-02-30', '45292', '31/12/25', 'soon', '2026-13-01', '30/02/2025', '2024-02-29', '1980', '310180'],
      ...['1980-01-3⁴', '1980-01-30T23:00:00Z', '2026-02-28 14:30', '1/5/80 0:00', '31 Foo 1980', '30. Februar 2025'],
      ...['2523-01-31', '1365-05-12', '31-Jan-80', 'Mai 50'],
    ]);
  if (attribute?.type === 'numbers')
    return random.one([
      ...['12 kr', '50%', 'many', '1.2.3', '1,23,4', '4.67E+11', '1,234', '1.234.567', '50k', '12 tkr', '(1234)'],
      ...['1234-', '1200⁴', '12,5⁴', '⅓', '①', 'Mai 50', '05. Mai', '01.05.2026', '2026-05-01'],
    ]);
  if (attribute?.type === 'users') return random.one(['nobody@example.com', 'Z-99', 'some body']);
  return '';
}

/** About as long as a cell of some column may be. Of letters with one unit, with two, or shortened by NFC. */
function longCell(random: Random): string {
  const most = random.one([100, 200, 254, 255, 10_000]);
  const text = random.one(['x', '𐐨', 'e\u0301', '7']).repeat(most + random.one([0, 1, 1, 40]));
  return random.chance(0.2) ? `${text}\nx;x` : text;
}

function dateCell(random: Random, day: string, style: Style): string {
  const [year, month, date] = [day.slice(0, 4), day.slice(5, 7), day.slice(8, 10)];
  const sign = random.one(['/', '.']);
  if (style !== 'plain' && random.chance(0.2)) return wordCell(random, day);
  const time = random.chance(0.15);
  if (style === 'day first') return `${date}${sign}${month}${sign}${year}${time ? ' 00:00' : ''}`;
  if (style === 'month first') return `${month}/${date}/${year}${time ? ' 12:00:00 AM' : ''}`;
  if (style === 'ambiguous') return `0${random.whole(1, 9)}/0${random.whole(1, 9)}/${year}`;
  if (style === 'mixed') return random.one([day, `${date}/${month}/${year}`, `${month}/${date}/${year}`]);
  return time ? day + random.one(['T00:00:00', ' 00:00:00.000', ' 0:00', ' 00:01']) : day;
}

/** A date with the month as a word, in the order of its language. */
function wordCell(random: Random, day: string): string {
  const [year, month, date] = [day.slice(0, 4), Number(day.slice(5, 7)), Number(day.slice(8, 10))];
  const [short = '', long = '', ...others] = MONTH_WORDS[month - 1] ?? [];
  return random.one([
    ...[`${date}. ${random.one(others)} ${year}`, `${date} ${random.one(others)} ${year}`, `${date}-${short}-${year}`],
    ...[`${long} ${date}, ${year}`, `${short} ${date}, ${year}`],
  ]);
}

function numberCell(random: Random, style: Style): string {
  if (style === 'day first') return random.one(['12,5', '1,234', '7', '1.234,5', '-3,25', '1.234', '2,10']);
  if (style === 'month first') return random.one(['12.5', '1,234', '7', '1,234.5', '1,234,567', '-3.25']);
  if (style === 'ambiguous') return random.one(['1,234', '-7,500', '8', '1.234']);
  if (style === 'mixed') return random.one(['12,5', '1,234.5', '1,234', '12', '1.5', '1.234,5']);
  return random.one(['0', '-7', '1234.50', '007', '999.99', '1.234', '60000.125', '1000.2']);
}
