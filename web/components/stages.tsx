import type { MassEdit, Stage } from '../mass-edit.ts';
import { tookMs } from '../messages/mass-edit-text.ts';
import { usePage } from '../page-context.ts';
import { Icon } from './icon.tsx';

/** All seven stages: done, running with progress, waiting, or not applicable. */
export function Stages({ edit }: { edit: MassEdit }) {
  const { words } = usePage();
  return (
    <ol class="stages" aria-label={words.stage.heading}>
      {edit.stages.map((stage) => (
        <StageLine key={stage.name} stage={stage} />
      ))}
    </ol>
  );
}

function StageLine({ stage }: { stage: Stage }) {
  const { words, format } = usePage();
  const { status, done, total } = stage;
  const name = words.stage.names[stage.name];
  const took = tookMs(stage);
  const running = status === 'running';
  return (
    <li class={`stage ${status}`} aria-current={running ? 'step' : undefined}>
      <Icon name={status} />
      <span class="stage-name">{name}</span>
      <span class="stage-status">
        {words.stage.status[status]}
        {running && total > 0 && ` · ${words.stage.of(done, total)}`}
        {status === 'done' && took !== null && ` · ${format.duration(took)}`}
      </span>
      {running && (
        <progress aria-label={name} max={total || undefined} value={total > 0 ? Math.min(done, total) : undefined} />
      )}
    </li>
  );
}
