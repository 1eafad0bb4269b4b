import { useEffect, useState } from 'preact/hooks';
import { get } from '../api.ts';
import { useFetched } from '../hooks/use-fetched.ts';
import { type MassEdit, type Page, pageOf } from '../mass-edit.ts';
import { isPartlyRead, starterOf } from '../messages/mass-edit-text.ts';
import { usePage } from '../page-context.ts';
import { Icon, type IconName } from './icon.tsx';
import { Text } from './text.tsx';

type Props = { organizationId: string; latest: MassEdit };

/** The mass edits before the latest one, a page at a time. Each has a page of its own. */
export function EarlierUploads({ organizationId, latest }: Props) {
  const { words } = usePage();
  const path = `/v1/organizations/${organizationId}/mass-edits?limit=${AT_A_TIME}`;
  const first = useFetched<Page<MassEdit>>(path, latest.id);
  const [more, setMore] = useState<Page<MassEdit> | null>(null);
  useEffect(() => setMore(null), [latest.id]);
  if (!first.body) return null;
  const items = [...first.body.items, ...(more?.items ?? [])].filter(({ id }) => id !== latest.id);
  const next = (more ?? first.body).nextCursor;
  if (items.length === 0) return null;

  const showMore = async () => {
    const page = await get<Page<MassEdit>>(`${path}&cursor=${next}`).catch(() => null);
    if (page) setMore({ items: [...(more?.items ?? []), ...page.items], nextCursor: page.nextCursor });
  };

  return (
    <section aria-labelledby="earlier-heading">
      <h2 id="earlier-heading">{words.latest.earlier}</h2>
      <ul class="earlier">
        {items.map((edit) => (
          <Earlier key={edit.id} edit={edit} />
        ))}
      </ul>
      {next !== null && (
        <button type="button" onClick={() => void showMore()}>
          {words.latest.more}
        </button>
      )}
    </section>
  );
}

/** As many as fit on a screen. */
const AT_A_TIME = 10;

const ICONS: Record<NonNullable<MassEdit['outcome']>, IconName> = {
  completed: 'done',
  completed_with_errors: 'warning',
  failed: 'failed',
  cancelled: 'not_applied',
  expired: 'not_applied',
};

function Earlier({ edit }: { edit: MassEdit }) {
  const page = usePage();
  const { words, format } = page;
  const partly = edit.outcome === 'completed' && isPartlyRead(edit);
  return (
    <li>
      <a href={pageOf(edit)}>
        <bdi>{edit.file.name}</bdi>
      </a>
      <span class={`outcome ${partly ? 'completed_with_errors' : edit.outcome}`}>
        {edit.outcome && <Icon name={partly ? 'warning' : ICONS[edit.outcome]} />}
        {partly ? words.latest.partlyRead : edit.outcome ? words.latest.outcome[edit.outcome] : words.latest.open}
      </span>
      <span class="muted">
        <Text of={`${format.moment(edit.endedAt ?? edit.createdAt)}, ${starterOf(page, edit)}`} />
      </span>
    </li>
  );
}
