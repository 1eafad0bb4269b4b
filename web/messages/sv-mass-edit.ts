import { countingIn } from './counting.ts';
import type { enMassEdit } from './en-mass-edit.ts';
import { svLatest } from './sv-latest.ts';

const { n, count, list } = countingIn('sv');
const users = (value: number) => count(value, '# användare', '# användare');
const changed = (created: number, updated: number) =>
  list([
    [created, created === 1 ? 'ny' : 'nya'],
    [updated, updated === 1 ? 'uppdaterad' : 'uppdaterade'],
  ]);
const rows = (value: number) => count(value, '# rad', '# rader');

/** The sentences about a mass edit in Swedish: under way, at the gate, at its end. */
export const svMassEdit: typeof enMassEdit = {
  stage: {
    heading: 'Steg',
    names: {
      Validation: 'Validering',
      'Cycle detection': 'Kontroll av cykler',
      'Creating new segments': 'Skapar nya segment',
      'Delete users': 'Tar bort användare',
      'Upsert users': 'Skapar och uppdaterar användare',
      'Attribute mutations': 'Ändrar attribut',
      'Backdating changes': 'Bakåtdaterar ändringar',
    },
    status: { waiting: 'väntar', running: 'pågår', done: 'klart', not_applied: 'ej aktuellt', failed: 'misslyckades' },
    of: (done, total) => `${n(done)} av ${n(total)}`,
    at: (number, name) => `Steg ${number} av 7: ${name}.`,
    rows: (done, total) => `${n(done)} av ${rows(total)}.`,
    progress: (done, total) => `${n(done)} av ${n(total)}.`,
    left: (left) =>
      ({
        seconds: 'Några sekunder kvar.',
        under_a_minute: 'Mindre än en minut kvar.',
        minutes: `Ungefär ${count('count' in left ? left.count : 0, '# minut', '# minuter')} kvar.`,
        hours: `Ungefär ${count('count' in left ? left.count : 0, '# timme', '# timmar')} kvar.`,
      })[left.unit],
    leave: 'Du kan lämna sidan; arbetet fortsätter.',
    stuck: 'Inget har rört sig på en minut. Arbetet är tryggt och fortsätter av sig självt så snart det går.',
    noWorker: 'Ingen arbetsprocess är igång. Uppladdningen startar av sig själv när en är tillbaka.',
    workerAway: 'Ingen arbetsprocess är igång. Uppladdningen fortsätter av sig själv när en är tillbaka.',
    stopping: (who) => `${who} har begärt stopp. Arbetet stannar vid nästa säkra punkt.`,
    answered: 'Svaret har kommit. Fortsätter …',
    cancel: 'Avbryt uppladdningen',
    stop: 'Stoppa',
    stopHeading: 'Stoppa massredigeringen?',
    stopText: 'Det som har genomförts står kvar. Resten genomförs inte.',
    keepGoing: 'Fortsätt',
  },

  panel: {
    started: (who, when) => `Uppladdad av ${who}, ${when}`,
    original: 'Ladda ner den uppladdade filen',
    notKept: 'Filen är ingen CSV-fil och sparades inte.',
    mended: 'En rättad fellogg från en tidigare uppladdning',
    optionsNone: 'Inga alternativ',
    created: 'Nya',
    updated: 'Uppdaterade',
    unchanged: 'Oförändrade',
    refused: 'Avvisade',
    skipped: 'Överhoppade',
    deleted: 'Borttagna',
    toDelete: 'Att ta bort',
    restored: 'Återställda',
    segments: 'Nya segment',
    backdated: 'Bakåtdaterade',
    answersToRemove: 'Svar att ta bort ur rapporter',
    answersRemoved: 'Svar borta ur rapporter',
    errors: 'Fel',
    warnings: 'Varningar',
    counts: 'Antal',
  },

  prompt: {
    question: (people, of) => `Ta bort ${n(people)} av ${users(of)}?`,
    reviewQuestion: 'Genomföra ändringarna?',
    nothing: 'Inget har ändrats ännu.',
    deadline: (when) => `Svara före ${when}; sedan förfaller uppladdningen och inget ändras.`,
    open: 'Granska och svara',
    later: 'Bestäm senare',
    consequences: 'Vad som händer',
    restore: 'Borttagna användare försvinner överallt direkt. De kan återställas i 30 dagar.',
    references: (people) => count(people, '# användare förlorar sin chef.', '# användare förlorar sin chef.'),
    namesakes: (people) =>
      count(
        people,
        '# ny användare heter som en användare som skulle tas bort: det kan vara samma person.',
        '# nya användare heter som användare som skulle tas bort: det kan vara samma personer.',
      ),
    noOther: 'Filen ändrar ingen annan.',
    noChange: 'Filen ändrar ingen.',
    alsoApplied: (created, updated) => `Filens ändringar genomförs också: ${changed(created, updated)}.`,
    applied: (created, updated) => `Filens ändringar genomförs: ${changed(created, updated)}.`,
    refusedToo: (value) => count(value, '# rad har fel och genomförs inte.', '# rader har fel och genomförs inte.'),
    who: 'Vilka som skulle tas bort',
    more: (value) => `och ${n(value)} till`,
    kept: 'Vilka som behålls',
    keptWhy: { uploader: 'laddade upp filen', admin: 'är administratör' },
    off: 'Ingen tas bort av den här filen',
    download: 'Ladda ner saknade användare',
    checked: (people) =>
      count(
        people,
        'Jag har kontrollerat listan och vill ta bort den här användaren',
        'Jag har kontrollerat listan och vill ta bort dessa # användare',
      ),
    checkedMissing: 'Kryssa i rutan för att bekräfta att du har kontrollerat listan.',
    type: (people) => `Skriv ${people} för att bekräfta`,
    typeWhy: 'Så många på en gång kräver en extra kontroll.',
    typeWrong: (people) => `Skriv talet ${people}.`,
    approve: (people) =>
      count(people, 'Ta bort # användare och genomför ändringarna', 'Ta bort # användare och genomför ändringarna'),
    apply: 'Genomför ändringarna',
    skip: 'Genomför utan borttagningar',
    cancel: 'Avbryt uppladdningen',
    whoMay: 'En approver eller administratör måste svara.',
    second: (who) => `I den här organisationen måste någon annan än ${who}, som laddade upp filen, godkänna.`,
    noSecond: (who) =>
      `Din åtkomst eller din användare går tillbaka till ${who}, som laddade upp filen, så du räknas inte som en andra person. Någon annan måste godkänna.`,
    answeredBy: (who) => `${who} har redan svarat.`,
    answered: 'Frågan är redan besvarad.',
    changed: 'Listan har ändrats. Titta på den igen och svara sedan.',
    expired: 'Tiden för att svara har gått ut. Inget ändrades.',
  },

  preview: {
    heading: 'Förhandsgranskning',
    rowsHeading: 'Rader',
    show: {
      all: 'Alla',
      errors: 'Fel',
      warnings: 'Varningar',
      created: 'Nya',
      updated: 'Uppdaterade',
      deleted: 'Borttagna',
      unchanged: 'Oförändrade',
    },
    filter: 'Visa',
    line: 'Rad',
    person: 'Person',
    result: 'Resultat',
    fields: 'Fält',
    action: {
      create: 'Ny',
      update: 'Uppdaterad',
      unchanged: 'Oförändrad',
      refused: 'Avvisad',
      skipped: 'Överhoppad',
      delete: 'Borttagen',
    },
    restores: 'Återställer en borttagen användare',
    from: 'från',
    to: 'till',
    cleared: 'tömt',
    empty: 'tomt',
    none: 'Inga rader att visa.',
    next: 'Nästa sida',
    previous: 'Föregående sida',
    page: (first, last, all) =>
      all === null ? `Rad ${n(first)}–${n(last)}` : `Rad ${n(first)}–${n(last)} av ${n(all)}`,
    scroll: 'Rader, rullas i sidled',
  },

  findings: {
    heading: 'Vad vi hittade',
    error: 'Fel',
    warning: 'Varning',
    times: (value) => count(value, '# gång', '# gånger'),
    line: (line) => `Rad ${n(line)}`,
    file: 'Filen',
    mend: 'Så rättar du:',
    explain: 'Vad det betyder:',
    more: (value) => `och ${n(value)} till, i felloggen`,
    others: (value) => `och ${n(value)} till`,
    notListed: (limit, more) =>
      `Felloggen och listorna innehåller högst ${n(limit)} fel och varningar. ${n(more)} till räknades bara.`,
  },

  reading: {
    heading: 'Så lästes filen',
    encoding: 'Teckenkodning',
    delimiter: 'Kolumnerna skiljs åt av',
    delimiters: { ';': 'semikolon', ',': 'komma', '\t': 'tabb' },
    rows: 'Rader',
    size: 'Storlek',
    samples: 'Bokstäver som visar att kodningen stämmer',
    columns: 'Kolumner, rullas i sidled',
    column: 'Kolumn i filen',
    means: 'Läses som',
    format: 'Format',
    proof: 'Belägg',
    ignored: 'hoppas över',
    formats: {
      year_first: 'året först',
      day_first: 'dagen först',
      month_first: 'månaden först',
      decimal_comma: 'decimalkomma',
      decimal_point: 'decimalpunkt',
      words: 'ord för ja och nej',
      names: 'namn på språk',
      contradicting: 'motsäger sig självt',
      unproved: 'inget att avgöra',
    },
    against: 'men',
    at: (line, value) => `rad ${n(line)}: ${value}`,
  },

  result: {
    complete: 'Uppladdningen är klar',
    withErrors: 'Uppladdningen är klar, med fel',
    noRow: 'Ingen rad genomfördes',
    partlyRead: (ending, isComplete, unread) => `${ending}, ${isComplete ? 'men' : 'och'} ${unread}`,
    unread: (columns, named) => {
      const more = columns - named.length;
      const all = named.join(', ') + (more > 0 ? ` och ${n(more)} till` : '');
      return `${count(columns, '# kolumn', '# kolumner')} lästes inte: ${all}.`;
    },
    unnamed: 'en kolumn utan rubrik',
    file: (file) => `Det finns ett problem med ${file}`,
    fileText: 'Inget har ändrats. Rätta filen och ladda upp den igen.',
    stopped: (stage) => `Uppladdningen stannade i steg ${stage} av 7.`,
    stoppedText: 'Det är vårt fel, inte filens. Det som hann genomföras räknas upp nedan.',
    stoppedBefore: 'Det är vårt fel, inte filens. Inget har ändrats.',
    stoppedWhy: {
      value_refused: (stage) =>
        `Steget ”${stage}” gick inte att genomföra: databasen tog inte emot ett värde som våra kontroller hade godkänt.`,
      no_progress: (stage) =>
        `Steget ”${stage}” gick inte att genomföra: flera försök gjordes utan att det kom längre.`,
      not_proved: (stage) =>
        `Steget ”${stage}” genomfördes inte: det som är lagrat är inte det som hade räknats eller godkänts.`,
      timed_out: (stage) => `Steget ”${stage}” gick inte att genomföra inom tolv timmar.`,
      miscounted: () => 'Användarna räknades före och efter, och antalen stämmer inte överens. Säg till supporten.',
      unknown: (stage) => `Steget ”${stage}” gick inte att genomföra.`,
    },
    miscounted: 'Uppladdningen gick fel: antalet användare är inte det som det ska vara.',
    usersWere: (before, after, parts) =>
      parts.some(([value]) => value > 0)
        ? `${count(before, '# användare', '# användare')} före, ${n(after)} nu: ${list(parts)}.`
        : `${count(before, '# användare', '# användare')} före, ${n(after)} nu.`,
    usersExpected: (expected) => `Det ska vara ${n(expected)}.`,
    userParts: {
      created: 'skapade',
      restored: 'återställda',
      deleted: 'borttagna',
      othersAdded: 'tillagda av andra',
      othersDeleted: 'borttagna av andra',
    },
    reference: 'Referens till supporten:',
    cancelled: 'Avbruten',
    cancelledBy: (who) => `Avbruten av ${who} innan något hade ändrats.`,
    stoppedBy: (who) => `Stoppad av ${who}. Det som hann genomföras räknas upp nedan.`,
    cancelledBefore: 'Avbruten innan något hade ändrats.',
    stoppedSome: 'Stoppad. Det som hann genomföras räknas upp nedan.',
    expired: 'Förfallen',
    expiredText: (hours) => `Ingen bekräftade inom ${count(hours, '# timme', '# timmar')}. Inget ändrades.`,
    expiredShort: 'Ingen bekräftade i tid. Inget ändrades.',
    noChanges: 'Inga ändringar behövdes.',
    read: (read, parts) =>
      parts.some(([value]) => value > 0) ? `${rows(read)} lästa: ${list(parts)}.` : `${rows(read)} lästa.`,
    parts: {
      created: 'skapade',
      updated: 'uppdaterade',
      unchanged: 'oförändrade',
      refused: 'avvisade',
      skipped: 'överhoppade',
    },
    deleted: (people) => count(people, '# användare borttagen.', '# användare borttagna.'),
    notApplied: (refused, read) => {
      if (refused === read)
        return read === 1 ? 'Raden genomfördes inte.' : `Ingen av de ${n(read)} raderna genomfördes.`;
      const others = read - refused;
      return `${n(refused)} av ${rows(read)} genomfördes inte. ${
        others === 1 ? 'Den andra' : `Övriga ${n(others)}`
      } genomfördes.`;
    },
    someCells: 'Alla rader genomfördes, men några av deras värden gjorde det inte.',
    approvedBy: (who) => `Godkänd av ${who}.`,
    skippedBy: (who) => `${who} valde att genomföra utan borttagningar.`,
    ended: (when, duration) => `Avslutades ${when}, efter ${duration}.`,
    errorLog: 'Ladda ner fellogg',
    template: 'Hämta en mall',
    fixRows: 'Rätta raderna i den och ladda upp den igen',
  },

  latest: svLatest,
};
