import { deletedUser, quoted, type TextsOf, userRoute } from './catalogue-entry.ts';
import type { ROW_CATALOGUE } from './catalogue-rows.ts';

/** ROW_CATALOGUE in Swedish. */
export const SWEDISH_ROWS: TextsOf<typeof ROW_CATALOGUE> = {
  NO_IDENTITY: {
    title: 'Rad utan e-post och externt id',
    message: ({ word, total }) =>
      total
        ? 'Raden ser ut som summan i slutet av en rapport och har varken e-post eller externt id.'
        : word === undefined
          ? 'Raden har varken e-post eller externt id, så det framgår inte vem den gäller.'
          : `${quoted(word, '')} är varken en e-postadress eller ett externt id, så det framgår inte vem raden gäller.`,
    suggestion: ({ total }) =>
      total
        ? 'Ta bort raden om den inte gäller en användare. Fyll annars i Email eller External Id.'
        : 'Fyll i Email eller External Id. Ta bara bort raden om den inte gäller någon användare.',
  },
  ROWS_IN_CELL: {
    title: 'Rader inuti en cell',
    message: ({ firstLine, lastLine }) =>
      `Ett citattecken i raden stängs först på en senare rad, så ${rowsOnSwedish(firstLine, lastLine)} i cellen och läses inte.`,
    suggestion: ({ lastLine }) =>
      `Leta efter ett citattecken som öppnas i den här raden och stängs${lastLine === undefined ? '' : ` på rad ${lastLine}`}. Ta bort båda om de inte är avsedda, och ladda upp filen igen. Om cellen är en text som ska se ut så, skriv texten på en enda rad.`,
  },
  ROW_IN_ONE_CELL: {
    title: 'Hela raden i en cell',
    message: (_, value) => `Radens alla celler står i en enda: ${quoted(value, 'den första')}.`,
    suggestion: () => 'Ta bort citattecknen runt hela raden, eller skriv raden med samma skiljetecken som rubrikraden.',
  },
  IDENTITY_CONFLICT: {
    title: 'E-post och externt id från olika användare',
    message: (_, value) =>
      `Det externa id:t ${quoted(value, 'på raden')} tillhör en användare och e-postadressen en annan.`,
    suggestion: () => 'Rätta det av dem som är fel.',
  },
  DUPLICATE_ROW: {
    title: 'Olika rader för en användare',
    message: ({ otherLine, differ }, value) => {
      const other = `En annan rad${otherLine === undefined ? '' : ` (rad ${otherLine})`}`;
      if (differ === undefined)
        return `${other} gäller samma användare${value ? `, ${quoted(value, '')},` : ''} och säger något annat.`;
      return differ === 'externalId'
        ? `${other} har samma e-postadress${value ? `, ${quoted(value, '')},` : ''} och ett annat externt id: två personer delar en e-postadress.`
        : `${other} har samma externa id${value ? `, ${quoted(value, '')},` : ''} och en annan e-postadress: två personer delar ett externt id.`;
    },
    suggestion: ({ differ }) => {
      if (differ === 'externalId') return 'Ge en av de två personerna en annan e-postadress, eller ingen.';
      if (differ === 'email') return 'Ge en av de två personerna ett annat externt id, eller inget.';
      return 'Behåll en av raderna och ta bort den andra.';
    },
  },
  EMAIL_CHANGE: {
    title: 'Annan e-post än användaren har',
    message: ({ present, deletedOn }, value) =>
      `Användaren med det här externa id:t${deletedOn ? `, som togs bort ${deletedOn},` : ''} har ${present ? `e-postadressen ${quoted(present, '')}` : 'en annan e-postadress'}; ${quoted(value, 'den')} kan inte sättas genom massändring.`,
    suggestion: (details) => howToChange(details, 'det externa id:t', 'e-postadressen', 'lagrad e-postadress'),
  },
  EXTERNAL_ID_CHANGE: {
    title: 'Annat externt id än användaren har',
    message: ({ present, deletedOn }, value) =>
      `Användaren med den här e-postadressen${deletedOn ? `, som togs bort ${deletedOn},` : ''} har ${present ? `det externa id:t ${quoted(present, '')}` : 'ett annat externt id'}; ${quoted(value, 'det')} kan inte sättas genom massändring.`,
    suggestion: (details) => howToChange(details, 'e-postadressen', 'det externa id:t', 'lagrat externt id'),
  },
  IDENTITY_RESPELLED: {
    title: 'Externt id eller e-post skrivet på annat sätt',
    message: ({ present, otherLine }, value) =>
      `Ingen användare har ${quoted(value, 'identiteten på raden')}, men ${otherLine === undefined ? `${present ? 'en användare' : 'fler än en användare'} har` : `rad ${otherLine} har`} ${quoted(present, 'det som den kan stå för')}: ett program har troligen ändrat skrivsättet.`,
    suggestion: ({ present }) =>
      present
        ? `Om du menar ${quoted(present, '')}, skriv så${present.includes('@') ? '' : ', i en kolumn som är formaterad som text'}.`
        : 'Skriv identiteten som användaren har den, i en kolumn som är formaterad som text.',
  },
  RESTORE_NAME_DIFFERS: {
    title: 'Borttagen användare med ett annat namn',
    message: (details, value) =>
      `Raden skulle återställa ${deletedUser(details, SV)}, och ger användaren ett annat för- och efternamn${value ? ` (förnamn ${quoted(value, '')})` : ''}.`,
    suggestion: ({ name }) =>
      `Gäller raden en ny person, använd en egen e-postadress och ett eget externt id. Är det samma person, skriv namnet ${quoted(name, 'som användaren hade')} och ändra det med en senare fil.`,
  },
  LEADING_ZEROS_LOST: {
    title: 'Inledande nollor har försvunnit',
    message: ({ present }, value) =>
      `Ingen har det externa id:t ${quoted(value, 'på raden')}, men ${quoted(present, 'samma id med nollor framför')} finns: ett kalkylprogram har troligen tagit bort nollorna.`,
    suggestion: ({ present }) =>
      `Skriv ${quoted(present, 'hela id:t')} i en kolumn som är formaterad som text. Är det någon annan, lägg till en rad även för ${quoted(present, 'den andra')}.`,
  },
  LETTER_LOST: {
    title: 'Bokstav borta, frågetecken i stället',
    message: ({ present, applied, read }, value) =>
      read
        ? `${quoted(value, 'Valet')} har lästs som ${quoted(present, 'valet som har en bokstav där')}: ett frågetecken står där en bokstav har försvunnit.`
        : `${quoted(value, 'Cellen')} har ett frågetecken ${present ? `där ${quoted(present, '')} har en bokstav` : 'i ett ord, där en bokstav troligen har försvunnit'}${applied ? '; den används som den står' : ''}.`,
    suggestion: ({ present }) =>
      `${present ? `Om du menar ${quoted(present, '')}, skriv så.` : 'Skriv hela ordet.'} Om fler bokstäver har försvunnit, exportera filen på nytt och spara den som "CSV UTF-8".`,
  },
  EMAIL_TAKEN: {
    title: 'E-postadressen hann tas av någon annan',
    message: (_, value) => `E-postadressen ${quoted(value, 'på raden')} tillhör numera en annan användare.`,
    suggestion: () => 'Ta reda på vems adress det är, rätta raden och ladda upp den igen.',
  },
  EXTERNAL_ID_TAKEN: {
    title: 'Externt id hann tas av någon annan',
    message: (_, value) => `Det externa id:t ${quoted(value, 'på raden')} tillhör numera en annan användare.`,
    suggestion: () => 'Ta reda på vems id det är, rätta raden och ladda upp den igen.',
  },
  TOO_MANY_CELLS: {
    title: 'För många celler i raden',
    message: ({ cells, expected }, value) =>
      `Raden har ${cells === undefined ? 'fler celler' : `${cells} celler, fler`} än rubrikraden${expected === undefined ? '' : ` (${expected})`}${value ? `; den första av dem är ${quoted(value, '')}` : ''}.`,
    suggestion: () => 'Om en text innehåller tecknet som skiljer kolumnerna åt ska texten stå inom citattecken.',
  },
  PERSON_NOT_FOUND: {
    title: 'Personen som anges finns inte',
    message: (_, value) => `Det finns ingen med e-postadressen eller det externa id:t ${quoted(value, 'som anges')}.`,
    suggestion: ({ suggested }, value) =>
      suggested
        ? `Om du menar ${quoted(suggested, '')}, skriv så.`
        : `Rätta e-postadressen eller det externa id:t, eller lägg till personen som en rad i filen.${/^\d+$/.test(value ?? '') ? ' Se efter om ett kalkylprogram har tagit bort nollor framför det.' : ''}`,
  },
  PERSON_IS_SELF: {
    title: 'Användaren anger sig själv',
    message: (_, value) =>
      `Raden anger sin egen användare, ${quoted(value, 'som om någon stod över sig själv')}; cellen läses inte.`,
    suggestion: () => 'Ange en annan användare. Användaren högst upp i trädet har en tom cell.',
  },
  PERSON_DELETED: {
    title: 'Personen som anges skulle tas bort',
    message: ({ person }, value) =>
      `Raden anger ${quoted(person ?? value, 'någon')}, som skulle tas bort av den här massändringen.`,
    suggestion: () => 'Ange någon som är kvar, eller lägg till personen i filen så att hen blir kvar.',
  },
  PERSON_ROW_REFUSED: {
    title: 'Raden för personen som anges är avvisad',
    message: ({ otherLine }, value) =>
      `${quoted(value, 'Personen som anges')} skapas inte, eftersom ${otherLine === undefined ? 'personens egen rad' : `rad ${otherLine}`} har nekats.`,
    suggestion: ({ otherLine }) =>
      `Rätta ${otherLine === undefined ? 'personens rad' : `rad ${otherLine}`}; då går även den här raden igenom.`,
  },
  CYCLE: {
    title: 'Cirkel av personer',
    message: ({ path }) => `Detta skulle ställa personer över varandra i en cirkel${path ? `: ${path}` : ''}.`,
    suggestion: () => 'Ge en av de här personerna någon annan, eller ingen, så att cirkeln bryts.',
  },
  CHANGED_SINCE_PLAN: {
    title: 'Hann ändras av någon annan',
    message: ({ person }) =>
      person === undefined
        ? 'Användaren ändrades av någon annan efter att planen gjordes, så ingenting gjordes.'
        : `"${person}" ändrades av någon annan efter att listan gjordes, och blir kvar.`,
    suggestion: ({ person }) =>
      person === undefined
        ? 'Se hur användaren ser ut nu, och ladda upp raden igen om den fortfarande stämmer.'
        : 'Se hur användaren ser ut nu, och ladda upp filen igen om hen fortfarande ska tas bort.',
  },
};

const SV = { user: 'en borttagen användare', deletedOn: 'borttagen' };

const howToChange = (
  { user, deletedOn }: { user?: string; deletedOn?: string },
  found: string,
  changed: string,
  stored: string,
): string => {
  const change = `${changed} ändras genom PATCH ${userRoute(user)}`;
  return deletedOn
    ? `Rätta ${found} om det är fel. För att få tillbaka användaren, återställ först användaren, genom POST ${userRoute(user, '/restoration')} eller en rad med ${stored}; sedan: ${change}.`
    : `Rätta ${found} om det är fel. Ingen fil kan göra det: ${change}.`;
};

/** "raderna 3 till 9 står"; shorter if lines are not known. */
export const rowsOnSwedish = (first: number | undefined, last: number | undefined): string => {
  if (first === undefined || last === undefined) return 'rader längre ned står';
  return first === last ? `rad ${first} står` : `raderna ${first} till ${last} står`;
};
