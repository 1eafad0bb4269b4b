import { countingIn } from './counting.ts';

const { n, count } = countingIn('en');
const users = (value: number) => count(value, '# user', '# users');

/** Why the gate asks: a sentence for each reason, with its numbers. Names come marked by `isolate`. */
export const enGate = {
  why: {
    heading: 'Why you are asked',
    deletions: (people: number, percent: number) =>
      `${count(people, '# user is not in the file. That is', '# users are not in the file. That is')} ${n(percent)}% of everyone.`,
    deletedLastDay: (people: number) =>
      `${count(people, '# more user was deleted', '# more users were deleted')} in the last 24 hours and ${count(people, 'counts', 'count')} towards the limit.`,
    review: 'A review was asked for with the upload.',
    created: (created: number, of: number) => `${users(created)} would be created. The organization has ${users(of)}.`,
    answers: (answers: number, of: number) =>
      `${count(answers, '# survey answer', '# survey answers')} of ${n(of)} would be taken out of reports.`,
    answersOfUsers: (people: number, comments: number) =>
      `They are of ${users(people)}; ${count(comments, '# has a comment', '# have a comment')}. They can come back for 30 days: upload a row with “Participate in survey” TRUE.`,
    answersOfSurvey: (survey: string, answers: number, comments: number) =>
      `${survey}: ${count(answers, '# answer', '# answers')}, ${count(comments, '# comment', '# comments')}.`,
    moreSurveys: (surveys: number) => `${count(surveys, '# other survey', '# other surveys')} too.`,
    segments: (attribute: string, segments: number, cells: number, names: string) =>
      `${attribute}: ${count(segments, '# new segment', '# new segments')} in ${count(cells, '# filled cell', '# filled cells')}, such as ${names}.`,
    allNew: (attribute: string, segments: number, cells: number, names: string) =>
      `${attribute}: no value of the file is a segment that exists. ${count(segments, '# new segment', '# new segments')} in ${count(cells, '# filled cell', '# filled cells')}, such as ${names}.`,
    /** Names come marked by `isolate`. */
    tokens: (people: number, names: string) =>
      `${names} ${count(people, 'has an access token that stops', 'have access tokens that stop')} at once.`,
    andMore: (names: string, more: number) => `${names} and ${n(more)} more`,
    managers: (people: number, reports: number) =>
      `${count(people, '# of them is', '# of them are')} above ${count(reports, '# user who stays', '# users who stay')}.`,
    hasTokens: (tokens: number) => count(tokens, 'has # access token', 'has # access tokens'),
    hasReports: (reports: number) => count(reports, 'manages # user', 'manages # users'),
    typeAnswers: (answers: number) => `Type ${answers}, the number of answers, to confirm`,
    typeAnswersWhy: 'So many answers at once need a second look.',
  },
};
