import type { MassEdit } from '../mass-edit.ts';
import { usePage } from '../page-context.ts';

/** The numbers of a mass edit: of its plan while it waits, then of the applied changes. */
export function Counts({ edit }: { edit: MassEdit }) {
  const { words, format } = usePage();
  const text = words.panel;
  const { counts } = edit;
  const waits = edit.state === 'awaiting_approval';
  if (edit.state === 'ended' && !toldInNumbers(edit)) return null;
  const always: Count[] = [
    [text.created, counts.created],
    [text.updated, counts.updated],
    [text.unchanged, counts.unchanged],
    waits ? [text.toDelete, edit.deletion?.count ?? 0, ALARM] : [text.deleted, counts.deleted],
    [text.segments, counts.segmentsCreated],
    [text.refused, counts.refused, ALARM],
  ];
  const sometimes: Count[] = [
    [text.skipped, counts.skipped],
    [text.restored, counts.restored],
    [text.backdated, counts.backdated],
    waits ? [text.answersToRemove, counts.answersRemoved, ALARM] : [text.answersRemoved, counts.answersRemoved],
  ];
  return (
    <dl class="counts" aria-label={text.counts}>
      {[...always, ...sometimes.filter(([, value]) => value > 0)].map(([name, value, kind]) => (
        <div key={name} class={value === 0 ? 'zero' : kind}>
          <dt>{name}</dt>
          <dd>{format.number(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

type Count = [name: string, value: number, kind?: string];
/** Counts that need attention if they are not zero. */
const ALARM = 'alarm';

/** If an administrator cancelled, or the gate expired, nothing changed and the zeros say nothing. */
const toldInNumbers = ({ counts, outcome }: MassEdit): boolean =>
  outcome === 'cancelled' || outcome === 'expired'
    ? counts.created + counts.updated + counts.deleted > 0
    : counts.read + counts.deleted > 0;
