import { deletedUser, grouped, quoted, type TextsOf } from './catalogue-entry.ts';
import type { USER_WARNING_CATALOGUE } from './catalogue-user-warnings.ts';
import type { WARNING_CATALOGUE } from './catalogue-warnings.ts';

/** WARNING_CATALOGUE and USER_WARNING_CATALOGUE in Swedish. */
export const SWEDISH_WARNINGS: TextsOf<typeof WARNING_CATALOGUE & typeof USER_WARNING_CATALOGUE> = {
  UNKNOWN_HEADER: {
    title: 'Okänd kolumn',
    message: (_, value) => `Kolumnen ${quoted(value, 'med den här rubriken')} är okänd och läses inte.`,
    suggestion: ({ nearest, others, taken }) => {
      if (nearest && others) return `Om kolumnen är en av "${nearest}", "${others}", ge den den rubriken.`;
      if (nearest) return `Om kolumnen är "${nearest}", ge den den rubriken.`;
      if (taken) return `Filen har redan kolumnen "${taken}". Ta bort den här om den inte behövs.`;
      return (
        'Ta bort kolumnen om den inte behövs. Om värdena hör till ett attribut, ge kolumnen attributets namn; ' +
        'mallen har alla namn. En administratör lägger till ett attribut med POST /v1/organizations/{organizationId}/attributes.'
      );
    },
  },
  UNNAMED_COLUMN: {
    title: 'Kolumn utan rubrik',
    message: ({ position, count }) =>
      count !== undefined && count > 1
        ? `${count} kolumner saknar rubrik och läses inte${position === undefined ? '' : `; den första är kolumn ${position}`}.`
        : `${position === undefined ? 'En kolumn' : `Kolumn ${position}`} saknar rubrik och läses inte.`,
    suggestion: () => 'Ge kolumnen en rubrik om dess celler ska läsas.',
  },
  DUPLICATE_IDENTICAL: {
    title: 'Samma rad två gånger',
    message: ({ otherLine }) =>
      `Raden säger samma sak som ${otherLine === undefined ? 'en tidigare rad' : `rad ${otherLine}`} och hoppas över.`,
    suggestion: () => 'Ingenting behöver göras.',
  },
  SHORT_ROW: {
    title: 'Rad med för få celler',
    message: ({ cells, expected }) =>
      `Raden slutar för tidigt${cells === undefined || expected === undefined ? '' : `: den har ${cells} av ${expected} celler`}; värden som inte finns på raden ändras inte.`,
    suggestion: () =>
      'Kontrollera att inget skiljetecken saknas; då hade alla celler efter det hamnat för långt åt vänster.',
  },
  STRAY_QUOTE: {
    title: 'Löst citattecken',
    message: (_, value) =>
      `Ett citattecken står inuti en cell på raden${value ? `, ${quoted(value, '')},` : ''} och har lästs som en del av texten.`,
    suggestion: () =>
      'Kontrollera cellen. En text med citattecken sätts i sin helhet inom citattecken, och varje inre skrivs två gånger.',
  },
  CASE_VARIANT: {
    title: 'Hittad i annan stavning',
    message: ({ spelling }, value) =>
      `${quoted(value, 'Namnet')} har lästs som ${quoted(spelling, 'namnet som redan finns')}.`,
    suggestion: ({ spelling }) =>
      `Skriv ${quoted(spelling, 'namnet som det står')} för att slippa den här upplysningen.`,
  },
  PLACEHOLDER: {
    title: 'Platshållare använd som namn',
    message: ({ leftOut }, value) =>
      leftOut
        ? `${quoted(value, 'Cellen')} är varken en e-postadress eller ett externt id; cellen lämnades utanför.`
        : `${quoted(value, 'Namnet')} ser ut som ett tecken för "ingenting", men har lästs som ett namn.`,
    suggestion: ({ leftOut, required }) =>
      leftOut
        ? 'Skriv e-postadressen eller det externa id:t, eller lämna cellen tom.'
        : required
          ? 'Skriv namnet, eller lämna cellen tom för att behålla det nuvarande.'
          : 'Lämna cellen tom för att behålla nuvarande värde, eller skriv #CLEAR för att tömma det.',
  },
  HTML_ENTITY: {
    title: 'HTML i en text',
    message: ({ meant, read }, value) =>
      read
        ? `${quoted(value, 'Valet')} har lästs som ${quoted(meant, 'valet utan HTML-entiteter')}.`
        : `${quoted(value, 'Texten')} har HTML-entiteter och ser ut som ${quoted(meant, 'en annan text')}.`,
    suggestion: ({ meant }) => `Om du menar ${quoted(meant, 'den vanliga texten')}, skriv så.`,
  },
  INVISIBLE_CHARACTER: {
    title: 'Osynligt tecken behållet',
    message: ({ character, position }) =>
      `Texten har ett tecken som inte syns${character ? ` (${character})` : ''}${position === undefined ? '' : ` på plats ${position}`}; det behålls.`,
    suggestion: () =>
      'Om det har klistrats in av misstag, skriv texten igen: två namn som skiljer sig så ser likadana ut.',
  },
  ENCODING_CONVERTED: {
    title: 'Äldre teckenkodning omvandlad',
    message: ({ encoding, samples }, value) =>
      `Filen har lästs som ${encoding ?? 'en äldre teckenkodning'}${value ? `, till exempel ${quoted(value, '')}` : ''}${samples ? `, ${samples}` : ''}.`,
    suggestion: () => 'Om bokstäverna stämmer behöver ingenting göras. Annars: spara filen som "CSV UTF-8".',
  },
  DOUBLE_ENCODED: {
    title: 'Bokstäver kodade två gånger',
    message: ({ meant, samples }, value) =>
      `${quoted(value, 'En text')} ser ut att vara ${quoted(meant, 'en')} som kodats två gånger${samples ? `, liksom ${samples}` : ''}; den används som den står.`,
    suggestion: () =>
      'Om bokstäverna är fel: exportera filen på nytt, spara den som "CSV UTF-8" en gång, utan att öppna den däremellan, och ladda upp den filen.',
  },
  DELIMITER_DETECTED: {
    title: 'Annat skiljetecken än semikolon',
    message: ({ delimiter }) =>
      `Kolumnerna skiljs åt av ${SIGNS.get(delimiter ?? '') ?? 'ett annat tecken än semikolon'}.`,
    suggestion: () => 'Ingenting behöver göras om kolumnerna blev rätt.',
  },
  TRAILING_DELIMITERS: {
    title: 'Skiljetecken sist på varje rad',
    message: ({ ending }) =>
      `Varje rad slutar med ${ending ? `"${ending}"` : 'samma skiljetecken'}, även rubrikraden; de läses inte.`,
    suggestion: () => 'Ingenting behöver göras om den sista kolumnen blev rätt.',
  },
  EXAMPLE_ROW: {
    title: 'Exempelraden hoppades över',
    message: () => 'Detta är mallens exempelrad; den hoppas över.',
    suggestion: () => 'Ingenting behöver göras; raden kan tas bort.',
  },
  HEADER_AGAIN: {
    title: 'Upprepad rubrikrad hoppades över',
    message: () => 'Den här raden upprepar rubrikraden; den hoppas över.',
    suggestion: () => 'Ingenting behöver göras; raden kan tas bort.',
  },
  EXISTING_CYCLE: {
    title: 'Cirkel av personer som fanns tidigare',
    message: ({ path }) =>
      `De här personerna stod över varandra i en cirkel redan förut, och gör det fortfarande${path ? `: ${path}` : ''}.`,
    suggestion: () => 'Ge en av dem någon annan, eller ingen, så att cirkeln bryts.',
  },
  NO_RANGE: {
    title: 'Värde utanför alla intervall',
    message: (_, value) =>
      `${quoted(value, 'Värdet')} ligger inte i något av attributets intervall, så personen hamnar inte i något segment av det.`,
    suggestion: () => 'Kontrollera värdet, eller lägg till ett intervall som omfattar det.',
  },
  DATE_IMPLAUSIBLE: {
    title: 'Osannolikt födelsedatum',
    message: ({ reason }, value) =>
      `${quoted(value, 'Datumet')} ligger ${reason === 'future' ? 'i framtiden' : reason === 'long_ago' ? 'före 1900' : 'i framtiden eller före 1900'} och har använts som födelsedatum.`,
    suggestion: () =>
      'Kontrollera året. Ett år i en annan kalender, som den buddhistiska eller den persiska, måste skrivas som i den gregorianska.',
  },
  WORDS_READ: {
    title: 'Namn på språk har lästs',
    message: ({ cells, line, meant }, value) =>
      `${quoted(value, 'Namnet på ett språk')}${line === undefined ? '' : ` på rad ${line}`} har lästs som ${meant ?? 'språkets kod'}${cells !== undefined && cells > 1 ? `; ${grouped(cells, 'sv')} celler i kolumnen har lästs så, som namn eller beteckningar på språk` : ''}.`,
    suggestion: () =>
      'Ingenting behöver göras om det stämmer. Om ett annat språk menas, skriv dess kod, till exempel sv.',
  },
  RESTORES_DELETED: {
    title: 'Borttagen användare kommer tillbaka',
    message: (details, value) =>
      details.deletedOn
        ? `Raden återställer ${deletedUser(details, DELETED)}.`
        : `${quoted(value, 'Användaren')} togs nyligen bort och återställs av den här raden.`,
    suggestion: () => 'Ta bort raden om personen ska vara borta.',
  },
  TAKES_DELETED_ID: {
    title: 'Identitet från en borttagen användare',
    message: (details, value) =>
      `${quoted(value, 'Identiteten')} tillhörde ${deletedUser(details, DELETED)}, som sedan inte kan återställas med den.`,
    suggestion: () =>
      'Kontrollera att de två inte har förväxlats. Ska den borttagna användaren komma tillbaka, återställ den användaren först.',
  },
  NAME_OF_MISSING: {
    title: 'Ny användare med en saknad användares namn',
    message: ({ name, person }) =>
      `Den nya användaren ${quoted(name, 'på raden')} heter som ${quoted(person, 'en användare')}, som inte finns i filen och skulle tas bort.`,
    suggestion: ({ person }) =>
      `Är båda samma person, avbryt och skriv ${quoted(person, 'den identitet som användaren har')} på raden.`,
  },
  REFERENCE_CLEARED: {
    title: 'Förlorar en person som tas bort',
    message: ({ person, attribute }) =>
      `${quoted(person, 'Någon')} förlorar sitt värde för ${attribute ?? 'ett attribut'}, eftersom personen som det anger tas bort.`,
    suggestion: () => 'Ange någon annan i den här filen eller i nästa.',
  },
  BACKDATE_PARTICIPATION_TRUE: {
    title: 'Deltagande kan inte bakåtdateras',
    message: () => 'Att någon deltar i undersökningar kan inte bakåtdateras; det gäller från i dag.',
    suggestion: () => 'Lämna bakåtdateringen tom.',
  },
  BACKDATE_WITHOUT_VALUE: {
    title: 'Bakåtdatering utan värde',
    message: () => 'Det finns en bakåtdatering men inget värde som den gäller; den läses inte.',
    suggestion: () =>
      'Fyll även i värdet, skriv #CLEAR för att tömma det från den dagen, eller ta bort bakåtdateringen.',
  },
  DELETION_OFF: {
    title: 'Ingen tas bort',
    message: ({ line }) =>
      `Ingen tas bort: ${line === undefined ? 'en rad' : `rad ${line}`} har nekats och det framgår inte vem den gäller.`,
    suggestion: ({ line }) =>
      `Rätta e-postadressen eller det externa id:t${line === undefined ? '' : ` på rad ${line}`} och ladda upp filen igen.`,
  },
  KEPT: {
    title: 'Tas inte bort',
    message: ({ person, reason }) =>
      `${quoted(person, 'Någon')} finns inte i filen men blir kvar: ${reason === 'uploader' ? 'det är den som laddade upp den' : 'administratörer tas aldrig bort genom massändring'}.`,
    suggestion: () =>
      'Ingenting behöver göras. En administratör måste bli vanlig användare innan en fil kan ta bort hen.',
  },
};

const SIGNS: ReadonlyMap<string, string> = new Map([
  ['comma', 'kommatecken, inte semikolon'],
  ['tab', 'tabbar, inte semikolon'],
]);

const DELETED = { user: 'en borttagen användare', deletedOn: 'borttagen' };
