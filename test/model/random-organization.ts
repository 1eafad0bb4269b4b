import { daysBefore } from './days.ts';
import type { Random } from './random.ts';
import type { Attribute, Day, Organization, Segment, User, Value } from './types.ts';

/** Cells with difficult characters: letters beyond ASCII, quotes, delimiters, line breaks, formulas of spreadsheets. */
export const FIRST_NAMES = [
  'Ann',
  'Åsa',
  'Zoë',
  'Bo',
  "O'Neil",
  '=cmd',
  "'=x",
  '+46',
  'Anna; Maria',
  'Li "Lee"',
  'Jo\nAnn',
  '@home',
];
export const LAST_NAMES = ['Berg', 'Öst', 'Lind, Jr', '-', 'de la Cruz', "'t Hooft", 'Ünal', 'Tab\tbed', 'Sjö  berg'];
export const LANGUAGES = 'en,sv,da,nb,fi,de,fr,es,it,nl,pl,pt'.split(',');
export const CHOICES = [
  'Sales',
  'IT',
  'Human Resources',
  'Café',
  'Zürich',
  'R&D',
  '0042',
  'Support',
  'Großkunden',
  'İK',
  'Director’s Office',
  'Back–Office',
];

/** Time zones far apart, so that some are far from midnight at any moment: a day must not end within a round. */
export const TIME_ZONES = ['Europe/Stockholm', 'America/Los_Angeles', 'Asia/Tokyo', 'Pacific/Auckland'];

/** A valid organization of a few users. */
export function randomOrganization(random: Random, timeZone: string, today: Day): Organization {
  const attributes = randomAttributes(random, today);
  const users: User[] = [];
  // The gate considers attributes that 20 users have a value of.
  const many = random.chance(0.15) ? random.whole(30, 40) : random.whole(5, 14);
  for (let number = 0; number < many; number++) users.push(randomUser(random, number));
  const [first] = users;
  if (first)
    Object.assign(first, { email: 'hr@example.com', deletedDaysAgo: null, role: random.one(['admin', 'user']) });
  const organization: Organization = {
    ...{ timeZone, today, uploader: first?.id ?? '', attributes, people: users },
    ...{ history: [], surveys: [], answers: [] },
  };
  for (const attribute of attributes) giveValues(random, organization, attribute);
  addSurveys(random, organization);
  return organization;
}

function randomAttributes(random: Random, today: Day): Attribute[] {
  const choices = (name: string): Attribute => ({
    name,
    type: 'choices',
    hierarchy: false,
    segments: randomChoices(random),
  });
  const ranges = (segments: Segment[]): Segment[] => (random.chance(0.5) ? segments : []);
  const tenures: Segment[] = [
    { name: 'New', aliases: [], lowerNumber: 0, upperNumber: 2 },
    { name: 'Old', aliases: [], lowerNumber: 2, upperNumber: 40 },
  ];
  const eras: Segment[] = [
    { name: 'Before', aliases: [], upperDay: '2000-01-01' },
    { name: 'Since', aliases: [], lowerDay: '2001-01-01', upperDay: daysBefore(today, -400) },
  ];
  const bands: Segment[] = [
    { name: 'Low', aliases: [], upperNumber: 1000 },
    { name: 'High', aliases: [], lowerNumber: 1000.5, upperNumber: 50_000 },
  ];
  const users = (name: string, hierarchy: boolean): Attribute => ({ name, type: 'users', hierarchy, segments: [] });
  const all: Attribute[] = [
    choices('Department'),
    { name: 'Employment Date', type: 'dates', hierarchy: false, segments: ranges(tenures) },
    users('Manager', true),
    { name: 'Salary', type: 'numbers', hierarchy: false, segments: ranges(bands) },
    choices('Work  Site'),
    users('Mentor', false),
    { name: 'Date of Birth', type: 'dates', hierarchy: false, segments: ranges(eras) },
    users('Dotted line', true),
  ];
  return all.slice(0, random.whole(3, all.length));
}

function randomChoices(random: Random): Segment[] {
  const names = random.shuffled(CHOICES).slice(0, random.whole(1, 5));
  const alias = random.chance(0.5) ? ['The Alias'] : [];
  return names.map((name, index) => ({ name, aliases: index === 0 ? alias : [] }));
}

function randomUser(random: Random, number: number): User {
  const kiosk = random.chance(0.2);
  const withId = kiosk || random.chance(0.5);
  return {
    id: `#${number}`,
    email: kiosk ? null : random.one([`p${number}@example.com`, `P${number}@Example.com`]),
    externalId: withId ? random.one([`E-${number}`, `00${number + 100}`, `Ö-${number}`]) : null,
    firstName: random.one(FIRST_NAMES),
    lastName: random.chance(0.7) ? random.one(LAST_NAMES) : null,
    language: random.one(LANGUAGES),
    participates: random.chance(0.8),
    role: random.chance(0.08) ? 'admin' : 'user',
    // A user can be restored for 30 days. Day 30 itself is left out, because it ends at a time of day.
    deletedDaysAgo: random.chance(0.12) ? random.one([0, 3, 29, 31, 90]) : null,
    tokens: number % 3,
    values: {},
  };
}

/** Current values and earlier ones. No active user references a deleted one. */
function giveValues(random: Random, organization: Organization, attribute: Attribute): void {
  const { people, history, today } = organization;
  const circles = random.chance(0.15);
  for (const [index, person] of people.entries()) {
    const candidates = people.filter(
      (other, at) =>
        other.deletedDaysAgo === null && other !== person && (!attribute.hierarchy || circles || at < index),
    );
    const draw = (): Value | null => randomValue(random, attribute, candidates, today);
    let until = daysBefore(today, random.one([0, 5, 20, 45, 80, 91, 200, 700]));
    const now = random.chance(0.7) ? draw() : null;
    if (now !== null) person.values[attribute.name] = { value: now, since: until };
    while (random.chance(0.35)) {
      const from = daysBefore(until, random.whole(1, 60));
      const value = draw();
      if (value === null) break;
      history.push({ person: person.id, attribute: attribute.name, value, from, to: until });
      until = random.chance(0.7) ? from : daysBefore(from, random.whole(1, 20));
    }
  }
}

function randomValue(random: Random, { type, segments }: Attribute, candidates: User[], today: Day): Value | null {
  if (type === 'choices') return random.one(segments).name;
  if (type === 'dates') return daysBefore(today, random.whole(-30, 12_000));
  if (type === 'numbers') return random.one(['0', '-5', '1234.5', '999.99', '1000.25', '52000', '123456789.125']);
  return candidates.length === 0 ? null : random.one(candidates).id;
}

function addSurveys(random: Random, organization: Organization): void {
  const { surveys, answers, people, history, today } = organization;
  const many = random.whole(0, 3);
  for (let number = 1; number <= many; number++) {
    const sent = random.whole(0, 110);
    surveys.push({ name: `Survey ${number}`, sentOn: daysBefore(today, sent) });
    for (const user of people) {
      if (!random.chance(0.5)) continue;
      const answeredOn = daysBefore(today, random.whole(0, sent));
      const under: Record<string, Value> = {};
      for (const [attribute, { value, since }] of Object.entries(user.values))
        if (since <= answeredOn) under[attribute] = value;
      for (const period of history)
        if (period.person === user.id && period.from <= answeredOn && answeredOn < period.to)
          under[period.attribute] = period.value;
      const comment = random.chance(0.3) ? 'Well' : null;
      const score = comment !== null && random.chance(0.3) ? null : random.whole(1, 5);
      // Day 30 is left out, because it ends at a time of day.
      const removedDaysAgo = !user.participates && random.chance(0.5) ? random.one([0, 3, 29, 31]) : null;
      const of = { survey: `Survey ${number}`, person: user.id, answeredOn, question: 'How?' };
      answers.push({ ...of, score, comment, scoreUnder: { ...under }, commentUnder: { ...under }, removedDaysAgo });
    }
  }
}
