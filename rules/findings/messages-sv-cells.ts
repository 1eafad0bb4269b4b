import type { CELL_CATALOGUE } from './catalogue-cells.ts';
import type { DATE_CATALOGUE } from './catalogue-dates.ts';
import { grouped, quoted, type TextsOf } from './catalogue-entry.ts';
import type { DateReason, EmailReason, NumberReason, TextKind } from './details.ts';

const dateSuggestion = ({ reason, suggested }: { reason?: string; suggested?: string }): string => {
  if (!suggested) return 'Skriv datumet som år-månad-dag, till exempel 2026-02-28.';
  return reason === 'instant'
    ? `I organisationens tidszon är det ${suggested}. Om du menar den dagen, skriv så.`
    : `Om du menar ${suggested}, skriv så.`;
};

/** CELL_CATALOGUE and DATE_CATALOGUE in Swedish. */
export const SWEDISH_CELLS: TextsOf<typeof CELL_CATALOGUE & typeof DATE_CATALOGUE> = {
  EMAIL_INVALID: {
    title: 'Inte en e-postadress',
    message: ({ reason }, value) =>
      `${quoted(value, 'Cellen')} är inte en e-postadress${reason ? `: ${EMAIL_REASONS[reason]}` : ''}.`,
    suggestion: ({ suggested, reason }) =>
      reason === 'total'
        ? 'Ta bort raden om den inte gäller en användare.'
        : suggested
          ? `Om du menar ${suggested}, skriv så.`
          : 'Rätta adressen, eller lämna cellen tom om personen har ett externt id men ingen e-post.',
  },
  REQUIRED_MISSING: {
    title: 'Obligatoriskt värde saknas',
    message: ({ field, clearing }) =>
      clearing
        ? `${field ?? 'Värdet'} kan inte tömmas.`
        : `${field ?? 'Ett värde'} behövs för en ny användare och saknas.`,
    suggestion: ({ field, clearing }) =>
      clearing
        ? 'Skriv det nya värdet, eller lämna cellen tom för att behålla det nuvarande.'
        : `Fyll i ${field ?? 'cellen'}.`,
  },
  LANGUAGE_UNKNOWN: {
    title: 'Okänt språk',
    message: (_, value) => `${quoted(value, 'Cellen')} är inte ett språk som går att välja.`,
    suggestion: ({ languages }) =>
      languages
        ? `Skriv något av: ${languages}; eller namnet på ett av dessa språk.`
        : 'Skriv en språkkod, som en eller sv.',
  },
  DATE_INVALID: {
    title: 'Inte ett datum',
    message: ({ reason }, value) => dateMessage(reason, value),
    suggestion: (details) => (details.reason === 'error_word' ? NO_VALUE : dateSuggestion(details)),
  },
  DATE_AMBIGUOUS: {
    title: 'Datum som kan läsas på två sätt',
    message: ({ line, cell, otherLine, otherCell, dayFirst, monthFirst }, value) =>
      cell && otherCell
        ? `${quoted(value, 'Datumet')} går inte att läsa: ${quoted(cell, 'en cell')}${onRow(line)} har dagen först, ${quoted(otherCell, 'en annan')}${onRow(otherLine)} månaden.`
        : `${quoted(value, 'Datumet')} kan läsas på två sätt${dayFirst && monthFirst ? ` (${dayFirst} eller ${monthFirst})` : ''}, och ingen cell i kolumnen avgör vilket.`,
    suggestion: () => 'Skriv kolumnens datum som år-månad-dag, till exempel 2026-02-28.',
  },
  NUMBER_INVALID: {
    title: 'Inte ett tal',
    message: ({ reason }, value) =>
      reason === 'date'
        ? `${quoted(value, 'Cellen')} ser ut som ett datum som ett kalkylprogram har gjort av ett tal.`
        : `${quoted(value, 'Cellen')} är inte ett tal${NUMBER_REASONS[reason ?? 'form']}.`,
    suggestion: ({ reason, suggested }) => {
      if (reason === 'error_word') return NO_VALUE;
      if (reason === 'date')
        return 'Formatera kolumnen som text, så att kalkylprogrammet inte ändrar något, och skriv talet igen, till exempel 1234.5.';
      return suggested
        ? `Om du menar ${suggested}, skriv så.`
        : 'Skriv bara siffror, med decimalpunkt om det behövs, till exempel 1234.5.';
    },
  },
  NUMBER_AMBIGUOUS: {
    title: 'Tal som kan läsas på två sätt',
    message: ({ line, cell, otherLine, otherCell }, value) =>
      cell && otherCell
        ? `${quoted(value, 'Talet')} går inte att läsa: ${quoted(cell, 'en cell')}${onRow(line)} och ${quoted(otherCell, 'en annan')}${onRow(otherLine)} använder komma och punkt olika.`
        : cell
          ? `${quoted(value, 'Talet')} kan läsas på två sätt, eftersom ${quoted(cell, 'en cell')}${onRow(line)} har punkt mellan tusental.`
          : `${quoted(value, 'Talet')} kan läsas på två sätt, och ingen cell i kolumnen avgör om kommat är ett decimalkomma.`,
    suggestion: () => 'Skriv kolumnens tal utan tusentalsavgränsare och med decimalpunkt, till exempel 1234.5.',
  },
  BOOLEAN_INVALID: {
    title: 'Varken TRUE eller FALSE',
    message: (_, value) => `${quoted(value, 'Cellen')} är varken TRUE eller FALSE.`,
    suggestion: () =>
      'Skriv TRUE eller FALSE. Också 1/0, ja/nej, sant/falskt och orden för sant/falskt och ja/nej på engelska (yes/no), danska, norska, finska, tyska (wahr/falsch, ja/nein), franska, spanska, italienska, nederländska, polska och portugisiska går bra.',
  },
  TOO_LONG: {
    title: 'För lång cell',
    message: ({ kind = 'cell', limit, length }) =>
      `${length === undefined ? 'Cellen är för lång' : `Cellen har ${grouped(length, 'sv')} tecken`}${limit === undefined ? '' : `: ${TEXT_KINDS[kind]} får ha högst ${grouped(limit, 'sv')} tecken`}.`,
    suggestion: ({ limit }) =>
      `Korta texten${limit === undefined ? '' : ` till högst ${grouped(limit, 'sv')} tecken`}. Om cellen innehåller flera rader är ett citattecken i början av den troligen ett misstag.`,
  },
  CONTROL_CHARACTER: {
    title: 'Dolt tecken',
    message: ({ character, position }) =>
      `Cellen har ett osynligt tecken${character ? ` (${character})` : ''}${position === undefined ? '' : ` på plats ${position}`}.`,
    suggestion: ({ suggested }) =>
      suggested
        ? `Om du menar ${quoted(suggested, '')}, skriv det; klistra inte in det.`
        : 'Töm cellen och skriv värdet igen; klistra inte in det.',
  },
  REPLACEMENT_CHARACTER: {
    title: 'Förlorad bokstav',
    message: ({ position }) =>
      `En bokstav${position === undefined ? '' : ` på plats ${position}`} gick förlorad när filen gjordes: den är ett \ufffd.`,
    suggestion: () => 'Skriv ordet igen, eller exportera filen på nytt som UTF-8.',
  },
  SCIENTIFIC_NOTATION: {
    title: 'Förkortat tal',
    message: (_, value) => `${quoted(value, 'Värdet')} är ett tal som har kortats så att siffror gått förlorade.`,
    suggestion: () => 'Formatera kolumnen som text innan den fylls i, skriv hela värdet igen och spara.',
  },
  BACKDATE_INVALID: {
    title: 'Bakåtdateringen är inget datum',
    message: ({ reason }, value) =>
      reason === 'ambiguous'
        ? `${quoted(value, 'Bakåtdateringen')} kan läsas på två sätt, och ingen cell i kolumnen avgör vilket; värdet sätts utan bakåtdatering.`
        : `${dateMessage(reason, value).slice(0, -1)}; värdet sätts utan bakåtdatering.`,
    suggestion: dateSuggestion,
  },
  BACKDATE_TOO_OLD: {
    title: 'Bakåtdateringen ligger för långt tillbaka',
    message: (_, value) =>
      `${quoted(value, 'Bakåtdateringen')} är mer än tre månader bort; värdet sätts utan bakåtdatering.`,
    suggestion: ({ oldest }) =>
      oldest ? `Skriv ${oldest} eller en senare dag.` : 'Skriv en dag inom de senaste tre månaderna.',
  },
  BACKDATE_IN_FUTURE: {
    title: 'Bakåtdateringen ligger i framtiden',
    message: (_, value) => `${quoted(value, 'Bakåtdateringen')} ligger i framtiden; värdet sätts utan bakåtdatering.`,
    suggestion: ({ latest }) =>
      `Skriv ${latest ? `${latest} eller en tidigare dag` : 'i dag eller en tidigare dag'}, eller gör ändringen den dagen.`,
  },
  BACKDATE_NEW_USER: {
    title: 'Bakåtdatering för en ny användare',
    message: () => 'En användare som skapas av filen kan inte bakåtdateras; värdet sätts utan bakåtdatering.',
    suggestion: () => 'Lämna bakåtdateringen tom för nya användare.',
  },
};

const EMAIL_REASONS: Record<EmailReason, string> = {
  no_at: 'den har inget @',
  total: 'raden ser ut som summan i slutet av en rapport',
  several_ats: 'den har mer än ett @',
  several: 'det finns mer än en adress i cellen',
  space_in_it: 'den har ett mellanslag, komma eller semikolon i sig',
  nothing_before: 'det står ingenting före @',
  nothing_after: 'det står ingenting efter @',
  sign_before: 'ett tecken före @ hör inte dit',
  long_before: 'det står mer än 64 tecken före @',
  not_a_domain: 'det som står efter @ är ingen domän',
  no_dot: 'det som står efter @ har ingen punkt',
  quoted: 'den börjar med ett citattecken',
  percent: 'den är skriven som i en webbadress, där %40 står för @ och %2B för +',
  too_long: 'den har mer än 254 tecken',
  entity: 'den har HTML-entiteter, som webbsidor skriver tecken med',
};

const TEXT_KINDS: Record<TextKind, string> = {
  external_id: 'ett externt id',
  email: 'en e-postadress',
  person: 'en e-postadress eller ett externt id',
  name: 'ett namn',
  segment: 'ett val',
  date: 'ett datum',
  number: 'ett tal',
  boolean: 'TRUE eller FALSE',
  language: 'ett språk',
  cell: 'en cell',
};

const DATE_REASONS: Record<DateReason, string> = {
  no_such_day: 'är en dag som inte finns',
  serial: 'är ett kalkylprograms inre tal för en dag, inte ett datum',
  two_digit_year: 'har ett årtal med två siffror, som kan höra till två sekel',
  year_alone: 'är ett år utan månad och dag',
  time: 'är ett datum med klockslag',
  instant: 'är en tidpunkt med tidszon, som är en annan dag på andra håll, och inte ett datum',
  digit: 'har en siffra av annat slag än 0 till 9',
  form: 'är inte ett datum',
  error_word: 'är vad ett kalkylark eller program skriver om datum saknas',
};

const NUMBER_REASONS: Record<NumberReason, string> = {
  percent: ': det har ett procenttecken',
  unit: ': det har en valuta, en enhet eller ett annat ord bredvid siffrorna',
  minus: ': det har inget minustecken framför sig',
  grouping: ': dess komman, punkter eller mellanslag står på udda ställen',
  digit: ': det har en siffra av annat slag än 0 till 9',
  date: '',
  form: '',
  error_word: ': ett kalkylark eller program skriver så om värdet saknas',
};

const NO_VALUE = 'Skriv värdet, lämna cellen tom för att behålla det nuvarande, eller skriv #CLEAR för att tömma det.';

const dateMessage = (reason: DateReason | 'ambiguous' | undefined, value: string | null): string =>
  `${quoted(value, 'Cellen')} ${reason && reason !== 'ambiguous' ? DATE_REASONS[reason] : DATE_REASONS.form}.`;

const onRow = (line: number | undefined): string => (line === undefined ? '' : ` på rad ${line}`);
