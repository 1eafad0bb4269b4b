import { MOST_CHARACTERS } from '../values/lengths.ts';
import { normalizeWord } from '../values/plain-word.ts';
import { nameKey } from '../values/text.ts';

/**
 * The known columns that a header of another system may mean, by the names in templates. Only for suggestions: no column is
 * read by it. The words are of the product's languages, with or without accents. Some columns are attributes that an
 * organization may not have.
 */
export const meaningsOf = (header: string): readonly string[] => {
  // No header of a system is longer than a name, and the steps below take 6 ms for 10,000 characters.
  if (header.length > MOST_CHARACTERS.name) return [];
  const words = header.replace(CAMEL, '$1 $2').split(BETWEEN_WORDS).filter(Boolean).join(' ');
  return MEANINGS.get(normalizeWord(nameKey(words))) ?? [];
};

/** Makes `EmployeeID`, `employee_id`, `Employee-ID` and `Employee ID:` one header. */
const CAMEL = /(\p{Ll})(\p{Lu})/gu;
const BETWEEN_WORDS = /[^\p{L}\p{N}\p{M}]+/u;

const WORDS: Record<string, string> = {
  Email: `mail, mail address, email address, e mail address, work email, work mail, business email, company email,
    primary email, primary work email, email work, contact email, login, login name, user name, username, upn,
    user principal name, mejl, mailadress, e post adress, epostadress,
    e mail adresse, mail adresse, emailadresse, mailadresse, epostadresse, e postadresse, arbejdsmail, sähköposti,
    sähköpostiosoite, adresse e mail, adresse email, adresse mail, courriel, adresse électronique, correo,
    correo electrónico, indirizzo email, indirizzo e mail, posta elettronica, e mailadres, emailadres,
    adres e mail, adres email, poczta elektroniczna, e mail profissional, endereço de email, endereço de e mail`,
  'External Id': `id, employee id, employee number, employee no, employee nr, employee code, employee, emp id, emp no,
    emp number, staff id, staff number, staff no, person id, person number, personnel id, personnel number, personnel no,
    worker id, worker number, associate id, payroll id, payroll number, user id, userid, hr id, badge number, clock number,
    anställningsnummer, anställningsnr, anstnr, anst nr, personalnummer, medarbetarnummer, medarbetar id,
    personal nr, personalnr, persnr, pers nr, mitarbeiternummer, mitarbeiter nr, mitarbeiter id, medarbejdernummer,
    medarbejder id, lønnummer, ansattnummer, ansattnr, ansatt id, henkilönumero, henkilöstönumero,
    työntekijänumero, matricule, numéro de matricule, numéro employé, id employé, número de empleado,
    id de empleado, id empleado, matrícula, matricola, numero dipendente, id dipendente, personeelsnummer,
    medewerkernummer, medewerker id, werknemernummer, numer pracownika, numer ewidencyjny, id pracownika,
    número de funcionário, número do funcionário, número mecanográfico, id do funcionário`,
  'First name': `given name, given names, forename, preferred name, preferred first name, legal first name, first,
    tilltalsnamn, name, full name, display name, employee name, namn, fullständigt namn,
    vorname, rufname, fornavn, etunimi, prénom, nombre, nombre de pila, nome, primo nome, voornaam, roepnaam, imię,
    primeiro nome, navn, name vorname, nimi, koko nimi, nom complet, nombre completo, nome completo, naam,
    volledige naam, imię i nazwisko, nome e cognome, nombre y apellidos, nom et prénom, nom prénom,
    vollständiger name`,
  'Last name': `surname, family name, legal last name, preferred last name, last, name, full name, display name,
    employee name, namn, fullständigt namn,
    nachname, familienname, zuname, efternavn, etternavn, sukunimi, nom, nom de famille, apellido, apellidos,
    cognome, achternaam, familienaam, nazwisko, sobrenome, apelido, último nome, navn, nimi, koko nimi,
    nom complet, nombre completo, nome completo, naam, volledige naam, imię i nazwisko, nome e cognome,
    nombre y apellidos, nom et prénom, nom prénom, vollständiger name`,
  Language: `lang, locale, language code, preferred language, communication language, föredraget språk,
    sprache, sprog, språk, kieli, langue, idioma, lengua, lingua, taal, język, język komunikacji,
    language preference`,
  Manager: `manager id, manager email, manager name, manager number, manager employee id, line manager, direct manager,
    supervisor, supervisor id, supervisor email, supervisor name, reports to, reporting to, boss, chef, närmaste chef,
    vorgesetzter, vorgesetzte, führungskraft, direkter vorgesetzter, leder, nærmeste leder, overordnet, esimies,
    esihenkilö, lähiesimies, responsable hiérarchique, supérieur hiérarchique, responsable, jefe, jefe directo,
    superior, responsabile, responsabile diretto, leidinggevende, direct leidinggevende, przełożony,
    bezpośredni przełożony, kierownik, gestor, superior direto, chefia`,
  Department: `dept, department name, department code, division, business unit, org unit, organization, organisation,
    organizational unit, organisational unit, cost center, cost centre, team, unit, avdelning, enhet, kostnadsställe,
    abteilung, bereich, organisationseinheit, kostenstelle, afdeling, avdeling, osasto, yksikkö, kustannuspaikka,
    département, service, departamento, reparto, dipartimento, dział, wydział, kostenplaats, centro de coste`,
  Country: `country code, country name, location country, work country, nation, land,
    staat, maa, pays, país, paese, kraj`,
  Gender: `sex, legal gender, gender identity, kön,
    geschlecht, køn, kjønn, sukupuoli, sexe, genre, sexo, género, sesso, genere, geslacht, płeć, gênero`,
  'Employment type': `contract type, worker type, employee type, employment status, anställningsform, anställningstyp,
    beschäftigungsart, art der beschäftigung, vertragsart, ansættelsestype, ansættelsesform, ansettelsesform,
    ansettelsestype, työsuhteen tyyppi, type de contrat, tipo de contrato, tipo di contratto, contracttype,
    soort dienstverband, rodzaj umowy, typ umowy, typ zatrudnienia`,
  'Date of Birth': `dob, birthday, birth date, birthdate, born, födelsedatum, född,
    geburtsdatum, geburtstag, fødselsdato, fødselsdag, syntymäaika, syntymäpäivä, date de naissance,
    fecha de nacimiento, data di nascita, geboortedatum, data urodzenia, data de nascimento`,
  'Employment Date': `hire date, date of hire, start date, joining date, date joined, join date, anställningsdatum, startdatum,
    eintrittsdatum, eintritt, einstellungsdatum, ansættelsesdato, ansettelsesdato, startdato,
    työsuhteen alkamispäivä, aloituspäivä, date d embauche, date d entrée, fecha de contratación, fecha de alta,
    fecha de ingreso, data di assunzione, datum in dienst, indiensttreding, datum indiensttreding,
    data zatrudnienia, data de admissão, data de contratação`,
  'Termination date': `end date, leaving date, date of leaving, last day, exit date, slutdatum, avgångsdatum,
    austrittsdatum, austritt, fratrædelsesdato, sluttdato, slutdato, päättymispäivä, työsuhteen päättymispäivä,
    date de sortie, date de fin, date de départ, fecha de baja, fecha de salida, fecha de cese, data di cessazione,
    datum uit dienst, uitdiensttreding, data zwolnienia, data rozwiązania umowy, data de demissão, data de saída`,
};

const MEANINGS: ReadonlyMap<string, readonly string[]> = Map.groupBy(
  Object.entries(WORDS).flatMap(([column, words]) =>
    words.split(',').map((word) => ({ word: normalizeWord(nameKey(word)), column })),
  ),
  ({ word }) => word,
)
  .entries()
  .reduce(
    (all, [word, found]) => all.set(word, [...new Set(found.map(({ column }) => column))]),
    new Map<string, string[]>(),
  );
