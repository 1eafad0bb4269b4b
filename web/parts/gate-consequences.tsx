import { useFetched } from '../hooks.ts';
import { type FindingGroup, type MassEdit, nameOf, type Page, type Person, type PlanRow } from '../mass-edit.ts';
import { usePage } from '../page-context.ts';

type Props = { edit: MassEdit; groups: Page<FindingGroup> | null };

/** What an approval would do: in numbers, by name, and to whom not. */
export function GateConsequences({ edit, groups }: Props) {
  const { words } = usePage();
  const text = words.prompt;
  const { counts, deletion } = edit;
  const count = deletion?.count ?? 0;
  const countOf = (code: string) => groups?.items.find((group) => group.code === code)?.count ?? 0;
  const [references, namesakes] = [countOf('REFERENCE_CLEARED'), countOf('NAME_OF_MISSING')];
  const kept = deletion?.kept ?? [];
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
      <h3>{text.consequences}</h3>
      <ul>
        {count > 0 && deletion && <li>{text.percent(count, deletion.percent)}</li>}
        {count > 0 && <li>{text.restore}</li>}
        {/* Whom an approval hits beside those who go is not known yet, which is not the same as nobody. */}
        {groups === null && <li class="muted">{words.loading}</li>}
        {references > 0 && <li>{text.references(references)}</li>}
        {namesakes > 0 && <li>{text.namesakes(namesakes)}</li>}
        <li>{changes}</li>
        {counts.refused > 0 && <li>{text.refusedToo(counts.refused)}</li>}
      </ul>
      {first.body && first.body.items.length > 0 && (
        <>
          <h3>{text.who}</h3>
          <ul class="people">
            {first.body.items.map(({ user }) => (
              <li key={user.id}>
                <Named person={user} />
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
