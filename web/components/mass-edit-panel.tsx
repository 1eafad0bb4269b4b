import { useEffect, useRef, useState } from 'preact/hooks';
import { announce } from '../announce.ts';
import { type Fetched, useFetched } from '../hooks/use-fetched.ts';
import { useGate } from '../hooks/use-gate.ts';
import { useTimeLeft } from '../hooks/use-time-left.ts';
import type { Watched } from '../hooks/use-watch.ts';
import type { FindingGroup, MassEdit, Page } from '../mass-edit.ts';
import { isolate } from '../messages/isolate.ts';
import {
  headlineOf,
  isFileError,
  isPartlyRead,
  optionsOf,
  questionOf,
  starterOf,
  summaryOf,
  whereItIs,
} from '../messages/mass-edit-text.ts';
import { usePage } from '../page-context.ts';
import { Counts } from './counts.tsx';
import { Findings } from './findings.tsx';
import { Gate } from './gate.tsx';
import { GateDialog } from './gate-dialog.tsx';
import { LoadError } from './load-error.tsx';
import { Preview } from './preview.tsx';
import { Reading } from './reading.tsx';
import { Result } from './result.tsx';
import { NoWorker, StageProgress } from './stage-progress.tsx';
import { Stages } from './stages.tsx';
import { Text } from './text.tsx';

type Props = {
  edit: MassEdit;
  watching: Watched;
  /** Its state changes are announced, because it is the subject of the page. */
  live: boolean;
  id: string;
  /** The id of its heading. */
  level?: 2 | 3;
};

/** One mass edit in full, in any state. */
export function MassEditPanel({ edit, watching, live, id, level = 2 }: Props) {
  const page = usePage();
  const { words, format } = page;
  const ended = edit.state === 'ended';
  const waits = edit.state === 'awaiting_approval';
  const Heading = level === 2 ? 'h2' : 'h3';
  const heading = useRef<HTMLHeadingElement>(null);
  useAnnouncements(edit, live);
  // Findings exist once the plan is made, and again at the end.
  const groups = useFetched<Page<FindingGroup>>(
    waits || ended ? `${edit.links.findings}?group=code&language=${page.language}` : null,
    edit.state,
  );
  const gate = useGate(edit, watching.refresh);
  const acted = (now: MassEdit) => {
    gate.setAsking(false);
    watching.applyUpdate(now);
    // The pressed button disappears. A dialog that closes gives the focus back to the element that opened it.
    setTimeout(() => heading.current?.focus());
  };
  const closed = () => {
    gate.setAsking(false);
    // The element that opened the dialog may be gone, or the dialog opened by itself.
    setTimeout(() => document.activeElement === document.body && heading.current?.focus());
  };

  return (
    <section class={`card panel ${toneOf(edit)}`} aria-labelledby={`${id}-heading`} id={id}>
      <Heading id={`${id}-heading`} class="headline" ref={heading} tabIndex={-1}>
        <Text of={ended ? headlineOf(page, edit) : isolate(edit.file.name)} />
      </Heading>
      <p class="muted">
        {ended && !isFileError(edit) && (
          <>
            <bdi>{edit.file.name}</bdi> ·{' '}
          </>
        )}
        <Text of={words.panel.started(starterOf(page, edit), format.moment(edit.createdAt))} />
        {' · '}
        {optionsOf(page, edit).join(' · ')}
        {edit.parent && (
          <>
            {' · '}
            <a href={`/organizations/${edit.organizationId}/mass-edit/${edit.parent.id}`}>{words.panel.mended}</a>
          </>
        )}
      </p>
      {waits && <NoWorker edit={edit} />}
      {waits && (
        <Gate edit={edit} groups={groups.body} past={gate.past} onOpen={() => gate.setAsking(true)} onActed={acted} />
      )}
      {gate.asking && (
        <GateDialog
          edit={edit}
          groups={groups.body}
          past={gate.past}
          onRefresh={watching.refresh}
          onClose={closed}
          onAnswered={acted}
        />
      )}
      {!ended && !waits && <StageProgress edit={edit} onActed={acted} />}
      {ended && <Result edit={edit} groups={groups.body} live={live} />}
      {(waits || ended) && <Counts edit={edit} />}
      {!ended && !waits && <Stages edit={edit} />}
      <Details edit={edit} groups={groups} />
      {/* No progress is shown before the gate is answered. */}
      {waits && <Stages edit={edit} />}
      {(ended || edit.file.reading.length > 0) && <Reading edit={edit} />}
      {ended && (
        <details open={edit.failure !== null}>
          <summary>{words.stage.heading}</summary>
          <Stages edit={edit} />
        </details>
      )}
    </section>
  );
}

function Details({ edit, groups }: { edit: MassEdit; groups: Fetched<Page<FindingGroup>> }) {
  const waits = edit.state === 'awaiting_approval';
  const ended = edit.state === 'ended';
  const hasRows = edit.counts.read > 0 || edit.counts.deleted > 0;
  return (
    <>
      {groups.failed && <LoadError onRetry={groups.retry} />}
      {(waits || ended) && groups.body && !isFileError(edit) && (
        <Findings groups={groups.body.items} listed={edit.findings} />
      )}
      {(waits || (hasRows && edit.counts.errors > 0)) && <Preview key={edit.state} edit={edit} />}
      {ended && hasRows && edit.counts.errors === 0 && <Folded edit={edit} />}
    </>
  );
}

/** The rows without findings. They are fetched when the list is opened. */
function Folded({ edit }: { edit: MassEdit }) {
  const { words } = usePage();
  const [opened, setOpened] = useState(false);
  return (
    <details onToggle={() => setOpened(true)}>
      <summary>{words.preview.rowsHeading}</summary>
      {opened && <Preview edit={edit} />}
    </details>
  );
}

/**
 * The announcements: each stage and each quarter of it, the question, and the end. A state from before is not
 * announced.
 */
function useAnnouncements(edit: MassEdit, live: boolean): void {
  const page = usePage();
  const left = useTimeLeft(edit);
  const { stage, state } = edit;
  const quarter = stage.total > 0 ? Math.floor((4 * stage.done) / stage.total) : 0;
  const moving = state === 'validating' || state === 'applying';
  const key = moving ? `${stage.number} ${quarter}` : `${state} ${edit.outcome}`;
  const first = useRef(key);
  useEffect(() => {
    if (!live || first.current === key) return;
    first.current = '';
    if (moving) announce(whereItIs(page, edit, left));
    else if (state === 'awaiting_approval') announce(`${questionOf(page, edit)} ${page.words.prompt.nothing}`);
    // A heading has no full stop, and a screen reader would join it to the next sentence.
    else announce([headlineOf(page, edit).replace(/\.?$/, '.'), ...summaryOf(page, edit)].join(' '));
  }, [key, live]);
}

function toneOf(edit: MassEdit): string {
  const { state, outcome, decision } = edit;
  if (state === 'awaiting_approval' && decision === null) return 'asks';
  if (outcome === 'failed') return 'bad';
  if (outcome === 'completed_with_errors' || isPartlyRead(edit)) return 'warn';
  if (outcome === 'completed') return 'good';
  return outcome === null ? '' : 'off';
}
