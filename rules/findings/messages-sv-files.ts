import { grouped, quoted, type TextsOf } from './catalogue-entry.ts';
import type { FILE_CATALOGUE } from './catalogue-files.ts';
import { rowsOnSwedish } from './messages-sv-rows.ts';

/** FILE_CATALOGUE in Swedish. */
export const SWEDISH_FILES: TextsOf<typeof FILE_CATALOGUE> = {
  FILE_EMPTY: {
    title: 'Filen är tom',
    message: () => 'Filen är tom: den har varken rubriker eller rader.',
    suggestion: () => 'Spara arket som CSV en gång till och kontrollera att det är rätt ark som sparas.',
  },
  NOT_CSV: {
    title: 'Inte en CSV-fil',
    message: ({ kind }) => `Filen är inte en CSV-fil utan ${KINDS.get(kind ?? '') ?? 'något annat än text'}.`,
    suggestion: ({ kind }) => HOW_TO_SAVE.find(([words]) => words.test(kind ?? ''))?.[1] ?? SAVE_AS_CSV,
  },
  ENCODING_UNKNOWN: {
    title: 'Oläsliga bokstäver',
    message: ({ byte }) =>
      `Texten går inte att läsa härifrån${byte === undefined ? '' : ` (byte ${byte})`}: den är varken UTF-8 eller någon annan teckenkodning som vi känner till.`,
    suggestion: () =>
      'Spara filen en gång till som "CSV UTF-8". Om två filer har satts ihop, spara först var och en som UTF-8.',
  },
  DELIMITER_UNKNOWN: {
    title: 'Kolumnerna går inte att skilja åt',
    message: ({ firstLine }) =>
      `Det framgår inte vad som skiljer kolumnerna åt. Första raden är: ${quoted(firstLine, 'visas inte')}.`,
    suggestion: () => 'Spara filen med semikolon mellan kolumnerna, eller skriv sep=; på en egen rad överst.',
  },
  OPEN_QUOTE: {
    title: 'Ett citattecken stängs aldrig',
    message: () => 'Ett citattecken på den här raden stängs aldrig; allt efter det skulle bli en enda cell.',
    suggestion: () => 'Stäng citattecknet eller ta bort det. Ett citattecken som hör till texten skrivs två gånger.',
  },
  ROWS_IN_HEADER: {
    title: 'Rader inuti rubrikraden',
    message: ({ firstLine, lastLine }) =>
      `Ett citattecken i rubrikraden stängs först på en senare rad, så ${rowsOnSwedish(firstLine, lastLine)} i en kolumns namn.`,
    suggestion: ({ lastLine }) =>
      `Leta efter ett citattecken som öppnas i rubrikraden och stängs${lastLine === undefined ? '' : ` på rad ${lastLine}`}, ta bort båda och ladda upp filen igen.`,
  },
  LINES_QUOTED: {
    title: 'Rader helt inom citattecken',
    message: (_, value) =>
      `Varje rad står som helhet inom citattecken och blir en enda cell: ${quoted(value, 'rubrikraden')}.`,
    suggestion: () =>
      'Ta bort citattecknen runt varje rad (och gör ett citattecken av två inuti raden), eller exportera filen igen utan citattecken runt raderna.',
  },
  OTHER_HEADER: {
    title: 'En annan rubrikrad längre ned',
    message: (_, value) =>
      `Den här raden är en annan rubrikrad${value ? `, ${quoted(value, '')}` : ''}: raderna under den har inte den första rubrikradens kolumner.`,
    suggestion: () => 'Ladda upp raderna från och med den här som en egen fil, eller ge båda delarna samma kolumner.',
  },
  NO_HEADER: {
    title: 'Rubrikrad saknas',
    message: () => 'Rubrikraden saknas: den första raden ser ut som en person.',
    suggestion: () => 'Lägg en rad med kolumnernas namn överst, som i mallen som går att ladda ner.',
  },
  DUPLICATE_HEADER: {
    title: 'Samma rubrik två gånger',
    message: ({ otherColumn }, value) =>
      `Rubriken ${quoted(value, 'för den här kolumnen')} finns två gånger${otherColumn === undefined ? '' : `, först i kolumn ${otherColumn}`}.`,
    suggestion: () => 'Ta bort en av kolumnerna, eller sätt _ före rubriken på den som inte ska läsas.',
  },
  NO_IDENTITY_COLUMN: {
    title: 'Ingen kolumn för e-post eller externt id',
    message: () =>
      'Det finns varken någon kolumn "Email" eller någon kolumn "External Id", så ingen rad kan knytas till en person.',
    suggestion: ({ headerLine }) =>
      headerLine === undefined
        ? 'Lägg till kolumnen Email eller External Id. Kontrollera hur rubrikerna på första raden är stavade.'
        : `Rad ${headerLine} ser ut att vara rubrikraden: ta bort raderna ovanför.`,
  },
  TOO_MANY_ROWS: {
    title: 'För många rader',
    message: ({ limit }) =>
      `Filen har fler rader än som är tillåtet${limit === undefined ? '' : ` (${grouped(limit, 'sv')})`}.`,
    suggestion: () => 'Dela filen och ladda upp delarna en i taget, var och en med rubrikraden först.',
  },
  TOO_MANY_COLUMNS: {
    title: 'För många kolumner',
    message: ({ limit, columns }) =>
      `Filen har ${columns === undefined ? 'fler kolumner' : `${columns} kolumner, fler`} än som är tillåtet${limit === undefined ? '' : ` (${limit})`}.`,
    suggestion: () => 'Ta bort kolumner som inte ska ändras, och tomma kolumner till höger.',
  },
  BACKDATE_WITHOUT_COLUMN: {
    title: 'Bakåtdatering utan sin kolumn',
    message: ({ missing }, value) =>
      `Kolumnen ${quoted(value, 'med bakåtdatering')} har ingen kolumn ${quoted(missing, 'för sitt attribut')} bredvid sig, så det finns inget att bakåtdatera.`,
    suggestion: ({ missing }) =>
      `Lägg till kolumnen ${quoted(missing, 'för attributet')}, eller ta bort kolumnen med bakåtdatering.`,
  },
  DELETE_WITHOUT_ROWS: {
    title: 'Ingen i filen, och borttagning vald',
    message: () => 'Filen har inga rader, så alla skulle saknas i den. Ingen tas bort av en sådan fil.',
    suggestion: () => 'Ladda upp en fil med alla som ska vara kvar, eller ladda upp den utan att välja borttagning.',
  },
  DELETE_WITHOUT_MATCH: {
    title: 'Ingen i filen är känd, och borttagning vald',
    message: () => 'Ingen rad gäller någon som finns, så alla skulle tas bort. Det kan vara någon annans fil.',
    suggestion: () => 'Kontrollera att fil och organisation är rätt, eller ladda upp filen utan att välja borttagning.',
  },
  DELETE_WITH_ERROR_LOG: {
    title: 'Borttagning vald för en fellogg',
    message: () => 'Den här filen är en fellogg (den har en kolumn _code). Alla som inte hade något fel saknas i den.',
    suggestion: () => 'Ladda upp den rättade felloggen utan att välja borttagning.',
  },
};

/** File types in Swedish, by the English words that are stored with the finding. */
const KINDS: ReadonlyMap<string, string> = new Map([
  ['an old Excel workbook', 'en äldre Excel-arbetsbok'],
  ['an Excel workbook', 'en Excel-arbetsbok'],
  ['an OpenDocument spreadsheet', 'ett kalkylark i OpenDocument-format'],
  ['a Numbers document', 'ett Numbers-dokument'],
  ['a SYLK spreadsheet', 'ett kalkylark i SYLK-format'],
  ['a PDF document', 'ett PDF-dokument'],
  ['a Word document', 'ett Word-dokument'],
  ['an empty zip archive', 'ett tomt zip-arkiv'],
  ['a zip archive', 'ett zip-arkiv'],
  ['a compressed file (gzip)', 'en komprimerad fil (gzip)'],
  ['a compressed file (7-Zip)', 'en komprimerad fil (7-Zip)'],
  ['a compressed file (RAR)', 'en komprimerad fil (RAR)'],
  ['a picture', 'en bild'],
  ['a web page (HTML)', 'en webbsida (HTML)'],
  ['a web archive (MHTML)', 'ett webbarkiv (MHTML)'],
  ['an XML file', 'en XML-fil'],
  ['a JSON file', 'en JSON-fil'],
  ['a binary file', 'en binär fil'],
]);

const SAVE_AS_CSV = 'Öppna den i kalkylprogrammet, välj "Spara som" och sedan "CSV UTF-8", och ladda upp den filen.';

const HOW_TO_SAVE: readonly [RegExp, string][] = [
  [
    /Excel|OpenDocument|SYLK|Numbers/,
    'Öppna den i kalkylprogrammet, välj "Arkiv", "Spara som" och typen "CSV UTF-8 (*.csv)", och ladda upp den filen.',
  ],
  [/zip|compressed/, 'Packa upp den och ladda upp CSV-filen som finns i den.'],
  [
    /PDF|Word|picture/,
    'En sådan fil har inga celler. Exportera personerna från HR-systemet, eller från arket, som CSV.',
  ],
  [
    /web page|web archive/,
    'En sida har sparats i stället för filen, kanske en inloggningssida. Logga in i HR-systemet och hämta CSV-filen igen.',
  ],
  [/XML|JSON/, 'Välj CSV som format när du exporterar personerna från HR-systemet.'],
];
