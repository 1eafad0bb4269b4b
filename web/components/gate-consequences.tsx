import { useFetched } from '../hooks/use-fetched.ts';
import { type FindingGroup, type MassEdit, nameOf, type Page, type Person, type PlanRow } from '../mass-edit.ts';
import type { Words } from '../messages/en.ts';
import { isolate } from '../messages/isolate.ts';
import { unreadIn } from '../messages/mass-edit-text.ts';
import { usePage } from '../page-context.ts';
import { GateReasons } from './gate-reasons.tsx';
import { Text } from './text.tsx';

type Props = { edit: MassEdit; groups: Page<FindingGroup> | null };

/** The consequences of an approval: numbers, names of the users to delete, and users who are kept. */
export function GateConsequences({ edit, groups }: Props) {
  const page = usePage();
  const { words } = page;
  const text = words.prompt;
  const { counts, deletion, file } = edit;
  const count = deletion?.count ?? 0;
  const countOf = (code: string) => groups?.items.find((group) => group.code === code)?.count ?? 0;
  const [references, namesakes] = [countOf('REFERENCE_CLEARED'), countOf('NAME_OF_MISSING')];
  const kept = deletion?.kept ?? [];
  const holders = deletion?.withTokens ?? [];
  const anyChange = counts.created + counts.updated > 0;
  const changes = anyChange
    ? (count > 0 ? text.alsoApplied : text.applied)(counts.created, counts.updated)
    : count > 0
      ? text.noOther
      : text.noChange;
  const first = useFetched<Page<PlanRow>>(
    count > 0 ? `${edit.links.rows}?show=deleted&limit=${NAMED}` : null,
    deletion?.listDigest,
  );
  return (
    <>
      <GateReasons edit={edit} />
      <h3>{text.consequences}</h3>
      <ul>
        {count > 0 && <li>{text.restore}</li>}
        {/* Not known yet: which users an approval affects beside the deleted ones. Unknown is not the same as none. */}
        {groups === null && <li class="muted">{words.loading}</li>}
        {holders.length > 0 && (
          <li>
            <Text of={words.why.tokens(holders.length, namesOf(words, holders))} />
          </li>
        )}
        {deletion && deletion.managers > 0 && <li>{words.why.managers(deletion.managers, deletion.reports)}</li>}
        {references > 0 && <li>{text.references(references)}</li>}
        {namesakes > 0 && <li>{text.namesakes(namesakes)}</li>}
        <li>{changes}</li>
        {counts.refused > 0 && <li>{text.refusedToo(counts.refused)}</li>}
        {file.unreadColumnCount > 0 && (
          <li>
            <Text of={unreadIn(page, edit)} />
          </li>
        )}
      </ul>
      {first.body && first.body.items.length > 0 && (
        <>
          <h3>{text.who}</h3>
          <ul class="people">
            {first.body.items.map(({ user, tokens = 0, reports = 0 }) => (
              <li key={user.id}>
                <Named
                  person={user}
                  why={[
                    ...(tokens > 0 ? [words.why.hasTokens(tokens)] : []),
                    ...(reports > 0 ? [words.why.hasReports(reports)] : []),
                  ].join(', ')}
                />
              </li>
            ))}
            {count > first.body.items.length && <li class="muted">{text.more(count - first.body.items.length)}</li>}
          </ul>
        </>
      )}
      {kept.length > 0 && (
        <>
          <h3>{text.kept}</h3>
          <ul class="people">
            {kept.slice(0, NAMED).map((person) => (
              <li key={person.email ?? person.externalId}>
                <Named person={person} why={text.keptWhy[person.reason]} />
              </li>
            ))}
            {kept.length > NAMED && <li class="muted">{text.more(kept.length - NAMED)}</li>}
          </ul>
        </>
      )}
    </>
  );
}

/** The first names in a sentence, and how many more there are. */
function namesOf({ why }: Words, people: readonly Person[]): string {
  const names = people.slice(0, NAMED_IN_SENTENCE).map((person) => isolate(nameOf(person)));
  const more = people.length - names.length;
  return more > 0 ? why.andMore(names.join(', '), more) : names.join(', ');
}
/** A sentence with more names is not read. */
const NAMED_IN_SENTENCE = 5;

/** Enough names to notice that it is the wrong file. */
const NAMED = 10;

function Named({ person, why }: { person: Person; why?: string }) {
  const name = nameOf(person);
  const handle = person.email ?? person.externalId;
  return (
    <>
      <bdi>{name}</bdi>
      {why && <span class="muted"> ({why})</span>}
      {handle !== null && handle !== name && (
        <>
          {' '}
          <bdi class="handle">{handle}</bdi>
        </>
      )}
    </>
  );
}
