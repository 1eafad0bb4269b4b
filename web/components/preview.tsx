import { useEffect, useId, useState } from 'preact/hooks';
import { announce } from '../announce.ts';
import { useFetched } from '../hooks/use-fetched.ts';
import type { MassEdit, Page, PlanRow } from '../mass-edit.ts';
import { usePage } from '../page-context.ts';
import { LoadError } from './load-error.tsx';
import { RowTable } from './row-table.tsx';

const SHOWN = ['all', 'errors', 'warnings', 'created', 'updated', 'deleted', 'unchanged'] as const;
type Shown = (typeof SHOWN)[number];
/** A screen or two. */
const ROWS = 50;

/** The rows of a mass edit, a page at a time: before approval the planned changes, afterwards the applied ones. */
export function Preview({ edit }: { edit: MassEdit }) {
  const { words, format, language } = usePage();
  const text = words.preview;
  const id = useId();
  const counts = countsOf(edit);
  const [show, setShow] = useState<Shown>(() => firstShown(edit));
  // The cursor at which each page begins, up to the page that is shown.
  const [starts, setStarts] = useState<(string | null)[]>([null]);
  const cursor = starts.at(-1);
  const query = `language=${language}&limit=${ROWS}${show === 'all' ? '' : `&show=${show}`}${cursor ? `&cursor=${cursor}` : ''}`;
  const { body, failed, retry } = useFetched<Page<PlanRow>>(`${edit.links.rows}?${query}`, edit.state);
  const first = (starts.length - 1) * ROWS + 1;
  const last = first + (body?.items.length ?? 0) - 1;
  // The API counts findings, not the rows that have findings.
  const all = show === 'errors' || show === 'warnings' ? null : counts[show];
  const where = text.page(first, last, all === null || all < last ? null : all);
  useEffect(() => {
    if (starts.length > 1) announce(where);
  }, [body]);

  return (
    <div class="preview">
      <h3 id={id}>{edit.state === 'ended' ? text.rowsHeading : text.heading}</h3>
      <fieldset class="filters">
        <legend class="unseen">{text.filter}</legend>
        {SHOWN.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={one === show}
            disabled={counts[one] === 0 && one !== show}
            onClick={() => {
              setShow(one);
              setStarts([null]);
            }}
          >
            {text.show[one]} <span class="number">{format.number(counts[one])}</span>
          </button>
        ))}
      </fieldset>
      {failed && <LoadError onRetry={retry} />}
      {body && body.items.length === 0 && <p class="muted">{text.none}</p>}
      {body && body.items.length > 0 && <RowTable rows={body.items} labelledBy={id} />}
      {body && (body.nextCursor !== null || starts.length > 1) && (
        <nav class="pages" aria-label={text.heading}>
          <button
            type="button"
            aria-disabled={starts.length === 1}
            onClick={() => setStarts((before) => (before.length > 1 ? before.slice(0, -1) : before))}
          >
            {text.previous}
          </button>
          <span>{where}</span>
          <button
            type="button"
            aria-disabled={body.nextCursor === null}
            onClick={() => body.nextCursor !== null && setStarts([...starts, body.nextCursor])}
          >
            {text.next}
          </button>
        </nav>
      )}
    </div>
  );
}

function countsOf({ counts, state, deletion }: MassEdit): Record<Shown, number> {
  return {
    all: counts.read,
    errors: counts.errors,
    warnings: counts.warnings,
    created: counts.created,
    updated: counts.updated,
    deleted: state === 'ended' ? counts.deleted : (deletion?.count ?? 0),
    unchanged: counts.unchanged,
  };
}

/** The first filter: errors if there are any, else changes, else all rows. */
function firstShown(edit: MassEdit): Shown {
  const counts = countsOf(edit);
  const wanted: Shown[] = edit.state === 'ended' ? ['errors', 'updated', 'created'] : ['updated', 'created', 'errors'];
  return wanted.find((one) => counts[one] > 0) ?? 'all';
}
