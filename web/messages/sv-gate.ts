import { countingIn } from './counting.ts';
import type { enGate } from './en-gate.ts';

const { n, count } = countingIn('sv');
const users = (value: number) => count(value, '# användare', '# användare');

/** Varför frågan ställs: en mening för varje skäl, med dess tal. */
export const svGate: typeof enGate = {
  why: {
    heading: 'Varför du tillfrågas',
    deletions: (people, percent) =>
      `${count(people, '# användare finns inte i filen. Det är', '# användare finns inte i filen. Det är')} ${n(percent)} % av alla.`,
    deletedLastDay: (people) =>
      `Ytterligare ${users(people)} togs bort under de senaste 24 timmarna och räknas in i gränsen.`,
    review: 'En granskning begärdes vid uppladdningen.',
    created: (created, of) => `${users(created)} skulle skapas. Organisationen har ${users(of)}.`,
    answers: (answers, of) =>
      `${count(answers, '# enkätsvar', '# enkätsvar')} av ${n(of)} skulle tas bort ur rapporterna.`,
    answersOfUsers: (people, comments) =>
      `De är från ${users(people)}; ${count(comments, '# har en kommentar', '# har en kommentar')}. De kan komma tillbaka i 30 dagar: ladda upp en rad med ”Deltar i undersökning” TRUE.`,
    answersOfSurvey: (survey, answers, comments) =>
      `${survey}: ${count(answers, '# svar', '# svar')}, ${count(comments, '# kommentar', '# kommentarer')}.`,
    moreSurveys: (surveys) => `${count(surveys, '# undersökning', '# undersökningar')} till.`,
    segments: (attribute, segments, cells, names) =>
      `${attribute}: ${count(segments, '# nytt segment', '# nya segment')} i ${count(cells, '# ifylld cell', '# ifyllda celler')}, till exempel ${names}.`,
    allNew: (attribute, segments, cells, names) =>
      `${attribute}: inget värde i filen är ett segment som finns. ${count(segments, '# nytt segment', '# nya segment')} i ${count(cells, '# ifylld cell', '# ifyllda celler')}, till exempel ${names}.`,
    tokens: (people, names) =>
      `${names} har ${count(people, 'en åtkomstnyckel som slutar', 'åtkomstnycklar som slutar')} gälla direkt.`,
    andMore: (names, more) => `${names} och ${n(more)} till`,
    managers: (people, reports) =>
      `${count(people, '# av dem står', '# av dem står')} över ${count(reports, '# användare som blir kvar', '# användare som blir kvar')}.`,
    hasTokens: (tokens) => count(tokens, 'har # åtkomstnyckel', 'har # åtkomstnycklar'),
    hasReports: (reports) => count(reports, 'är chef för # användare', 'är chef för # användare'),
    typeAnswers: (answers) => `Skriv ${answers}, antalet svar, för att bekräfta`,
    typeAnswersWhy: 'Så många svar på en gång kräver en extra kontroll.',
  },
};
