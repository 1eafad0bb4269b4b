import type { Deletion, GateReason, MassEdit } from '../mass-edit.ts';
import type { Words } from '../messages/en.ts';
import { isolate } from '../messages/isolate.ts';
import { usePage } from '../page-context.ts';
import { Text } from './text.tsx';

/** Why the mass edit waits: a sentence for each reason, with its numbers. */
export function GateReasons({ edit }: { edit: MassEdit }) {
  const { words } = usePage();
  const sentences = (edit.gate?.reasons ?? []).flatMap((reason) => sentencesOf(words, reason, edit.deletion));
  if (sentences.length === 0) return null;
  return (
    <>
      <h3>{words.why.heading}</h3>
      <ul>
        {sentences.map((sentence) => (
          <li key={sentence}>
            <Text of={sentence} />
          </li>
        ))}
      </ul>
    </>
  );
}

function sentencesOf({ why }: Words, reason: GateReason, deletion: Deletion | null): string[] {
  switch (reason.reason) {
    case 'deletions': {
      const before = reason.deletedLastDay > 0 ? [why.deletedLastDay(reason.deletedLastDay)] : [];
      return [why.deletions(reason.count, deletion?.percent ?? 0), ...before];
    }
    case 'answers_removed':
      return [
        `${why.answers(reason.answers, reason.ofAnswers)} ${why.answersOfUsers(reason.users, reason.comments)}`,
        ...reason.surveys.map(({ name, answers, comments }) => why.answersOfSurvey(isolate(name), answers, comments)),
        ...(reason.moreSurveys > 0 ? [why.moreSurveys(reason.moreSurveys)] : []),
      ];
    case 'many_created':
      return [why.created(reason.created, reason.ofUsers)];
    case 'many_new_segments': {
      const sentence = reason.allNew ? why.allNew : why.segments;
      const names = reason.examples.map(isolate).join(', ');
      return [sentence(isolate(reason.attribute), reason.segments, reason.ofCells, names)];
    }
    default:
      return [why.review];
  }
}
