import { nameKey } from './text.ts';

/**
 * The columns of ours that a header of another system may mean, by the template's names. It is only told to a person: no
 * column is read by it. Some names are those of attributes, which an organization need not have.
 */
export const meaningsOf = (header: string): readonly string[] => {
  const words = header.replace(CAMEL, '$1 $2').split(BETWEEN_WORDS).filter(Boolean).join(' ');
  return MEANINGS.get(nameKey(words)) ?? [];
};

/** `EmployeeID`, `employee_id`, `Employee-ID` and `Employee ID:` are one header. */
const CAMEL = /(\p{Ll})(\p{Lu})/gu;
const BETWEEN_WORDS = /[^\p{L}\p{N}\p{M}]+/u;

const WORDS: Record<string, string> = {
  Email: `mail, mail address, email address, e mail address, work email, work mail, business email, company email,
    primary email, primary work email, email work, contact email, login, login name, user name, username, upn,
    user principal name, mejl, mailadress, e post adress, epostadress`,
  'External Id': `id, employee id, employee number, employee no, employee nr, employee code, employee, emp id, emp no,
    emp number, staff id, staff number, staff no, person id, person number, personnel id, personnel number, personnel no,
    worker id, worker number, associate id, payroll id, payroll number, user id, userid, hr id, badge number, clock number,
    anställningsnummer, anställningsnr, anstnr, anst nr, personalnummer, medarbetarnummer, medarbetar id`,
  'First name': `given name, given names, forename, preferred name, preferred first name, legal first name, first,
    tilltalsnamn, name, full name, display name, employee name, namn, fullständigt namn`,
  'Last name': `surname, family name, legal last name, preferred last name, last, name, full name, display name,
    employee name, namn, fullständigt namn`,
  Language: 'lang, locale, language code, preferred language, communication language, föredraget språk',
  Manager: `manager id, manager email, manager name, manager number, manager employee id, line manager, direct manager,
    supervisor, supervisor id, supervisor email, supervisor name, reports to, reporting to, boss, chef, närmaste chef`,
  Department: `dept, department name, department code, division, business unit, org unit, organization, organisation,
    organizational unit, organisational unit, cost center, cost centre, team, unit, avdelning, enhet, kostnadsställe`,
  Country: 'country code, country name, location country, work country, nation, land',
  Gender: 'sex, legal gender, gender identity, kön',
  'Employment type': 'contract type, worker type, employee type, employment status, anställningsform, anställningstyp',
  'Date of Birth': 'dob, birthday, birth date, birthdate, born, födelsedatum, född',
  'Employment Date':
    'hire date, date of hire, start date, joining date, date joined, join date, anställningsdatum, startdatum',
  'Termination date': 'end date, leaving date, date of leaving, last day, exit date, slutdatum, avgångsdatum',
};

const MEANINGS: ReadonlyMap<string, readonly string[]> = Map.groupBy(
  Object.entries(WORDS).flatMap(([column, words]) => words.split(',').map((word) => ({ word: nameKey(word), column }))),
  ({ word }) => word,
)
  .entries()
  .reduce(
    (all, [word, found]) =>
      all.set(
        word,
        found.map(({ column }) => column),
      ),
    new Map<string, string[]>(),
  );
