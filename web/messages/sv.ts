import { countingIn } from './counting.ts';
import type { Words } from './en.ts';
import { svGate } from './sv-gate.ts';
import { svMassEdit } from './sv-mass-edit.ts';

const { count } = countingIn('sv');

const NO_ANSWER = 'Tjänsten kunde inte nås. Försök igen om en stund.';

/** Every sentence of the page in Swedish. */
export const sv: Words = {
  name: 'Svenska',
  title: 'Massredigera användare',
  language: 'Språk',
  loading: 'Laddar …',
  skip: 'Hoppa till innehållet',
  close: 'Stäng',
  tabTitle: { running: (stage) => `(${stage}/7)`, asks: 'Svar behövs:', done: 'Klar:', error: 'Fel:' },
  notHere: 'Det finns inget på den här adressen, eller så hör det till en annan organisation.',
  toOwnPage: 'Gå till massredigeringarna i din organisation',
  back: 'Alla massredigeringar',

  signIn: {
    heading: 'Logga in',
    again: 'Din session har gått ut',
    againText: 'Logga in igen och fortsätt där du var. Inget av det som pågår har stannat.',
    text: 'Klistra in åtkomsttoken eller inloggningslänken som du har fått av din administratör.',
    token: 'Åtkomsttoken',
    submit: 'Logga in',
    out: 'Logga ut',
    empty: 'Klistra in din åtkomsttoken.',
    wrong: 'Åtkomsttoken är inte giltig. Den kan ha gått ut eller dragits tillbaka.',
    tooMany: 'För många försök att logga in. Kontrollera din åtkomsttoken, vänta en minut och försök igen.',
    link: 'Länken har redan använts, har dragits tillbaka eller är äldre än tio minuter. Kör npm start igen, eller be om en ny länk.',
    unreachable: NO_ANSWER,
    inVain: 'Länken loggade inte in dig',
    change: 'Byta användare?',
    question: (from, as, to, next) => `Du är inloggad i ${from} som ${as}. Gå till ${to} som ${next}?`,
    stranger: 'Om du inte väntade dig länken ska du förbli inloggad som du är.',
    stay: 'Förbli inloggad',
    go: 'Byt användare',
  },

  offline: (time) => `Anslutningen är bruten. Arbetet fortsätter; försöker igen. Så här var det ${time}.`,
  offlineIdle: 'Anslutningen är bruten. Försöker igen.',
  noAnswer: NO_ANSWER,
  refused: (reason) => `Det gick inte. ${reason}`,
  tryAgain: 'Försök igen',

  templates: {
    heading: 'Mallar',
    text: 'Börja med en fil som har rätt kolumner.',
    create: 'Skapa nya användare',
    createHint: 'Kolumnerna och en exempelrad.',
    edit: 'Redigera befintliga användare',
    editHint: 'Alla, med sina nuvarande uppgifter. Ändra det du vill ändra; rader får läggas till.',
    backdating: 'Ta med fält för bakåtdatering',
    backdatingHint: 'Ett datum bredvid varje attribut: från den dagen räknas enkätsvar i det nya segmentet.',
    download: 'Ladda ner',
  },

  instructions: {
    heading: 'Instruktioner',
    steps: [
      'Ladda ner en mall och öppna den i ditt kalkylprogram.',
      'Fyll i en rad per person. Email eller External Id talar om vem det är.',
      'Spara som ”CSV UTF-8”.',
      'Ladda upp filen. Den kontrolleras först, och allt som är fel listas på en gång.',
      'Innan någon tas bort ser du listan och bestämmer.',
    ],
    more: 'Mer om kolumner, datum och särskilda värden',
    details: [
      'En kolumn som inte finns i filen förblir som den är för alla. Kolumnerna får stå i vilken ordning som helst.',
      'En tom cell hoppas över, om du inte väljer att nollställa tomma fält. Ordet #CLEAR tömmer en cell i båda fallen.',
      'Datum är säkrast som 2026-02-28. Andra skrivsätt läses när kolumnen visar vad som menas.',
      'Ett nytt namn i en kolumn med val, till exempel en avdelning, skapar ett nytt segment.',
      'En chef anges med e-post eller externt id, och får stå på vilken rad som helst i filen.',
      'E-post eller externt id som någon redan har kan inte ändras här.',
      'Bakåtdatering når tre månader bakåt. Kommentarer stannar i segmentet där de gavs.',
      'Till sist kan du ladda ner en fellogg: raderna med problem, att rätta och ladda upp igen.',
    ],
  },

  upload: {
    heading: 'Ladda upp',
    choose: 'Välj en CSV-fil eller släpp den här',
    drop: 'Släpp filen här',
    other: 'Välj en annan fil',
    paste: 'Du kan också klistra in en fil, eller rader från ett kalkylblad.',
    pasted: 'inklistrat.csv',
    limits: (size, most) => `Högst ${size} och ${count(most, '# rad', '# rader')}.`,
    options: 'Alternativ',
    reset: 'Nollställ tomma fält/attribut (Använd med försiktighet)',
    resetHint: 'Tomma celler i filen tömmer värdet.',
    remove: 'Ta bort användare som inte finns i filen (Använd med yttersta försiktighet)',
    removeHint: 'Användare som saknas i filen listas innan något tas bort.',
    neither: 'Tomma fält hoppas över och inga användare tas bort.',
    review: 'Granska före genomförande',
    reviewHint: 'Se varje ändring först, och bestäm sedan.',
    submit: 'Ladda upp',
    cancel: 'Avbryt uppladdningen',
    sending: (file, sent, all) =>
      `Laddar upp ${file}: ${sent} av ${all}. Låt sidan vara öppen tills uppladdningen är klar.`,
    received: (file) => `${file} har kommit fram. Startar …`,
    viewer: 'Du kan se allt här. För att ladda upp krävs rollen editor, approver eller admin.',
    busy: 'En massimport pågår redan. Vänta tills den är klar',
    busyBy: (who, when, stage) => `Startad av ${who} ${when}, steg ${stage} av 7.`,
    show: 'Visa den',
    another: 'Ladda upp en till fil',
    again: 'Ladda upp igen',
  },

  trouble: {
    heading: 'Det finns ett problem',
    none: 'Välj en CSV-fil först.',
    many: 'Välj en fil. Flera kan inte laddas upp på en gång.',
    empty: (file) => `${file} är tom. Kontrollera att rätt blad sparades.`,
    too_large: (file, size, most) =>
      `${file} är för stor: ${size}, och högst ${most} går. Dela upp den i flera filer och ladda upp dem en i taget.`,
    spreadsheet: (file) =>
      `${file} är ett kalkylblad, inte en CSV-fil. Öppna det, välj ”Arkiv”, ”Spara som” och typen ”CSV UTF-8”, och ladda upp den filen.`,
    not_csv: (file) =>
      `${file} är inte en CSV-fil. Exportera personerna från ditt HR-system eller kalkylblad som CSV, och ladda upp den filen.`,
    unreadable: (file) => `${file} kan inte läsas. Är det en mapp, eller har filen flyttats, så välj själva filen.`,
    cut_off: 'Anslutningen bröts innan hela filen hade kommit fram. Inget startades. Försök igen.',
    file_changed: (file) => `${file} ändrades eller flyttades efter att du valde den. Välj den igen.`,
    not_ready: 'Tjänsten kan inte starta något just nu. Inget startades, och filen är fortfarande vald.',
    unreachable: 'Tjänsten kunde inte nås. Inget startades, och filen är fortfarande vald.',
  },

  ...svMassEdit,
  ...svGate,
};
