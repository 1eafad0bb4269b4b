import { useState } from 'preact/hooks';
import { useAction } from '../hooks/use-action.ts';
import { useTimeLeft } from '../hooks/use-time-left.ts';
import { useUnchangedFor } from '../hooks/use-timers.ts';
import { hasRole, type MassEdit } from '../mass-edit.ts';
import { deciderOf, whereItIs } from '../messages/mass-edit-text.ts';
import { usePage } from '../page-context.ts';
import { ActionError } from './action-error.tsx';
import { Modal } from './modal.tsx';
import { Text } from './text.tsx';

type Props = { edit: MassEdit; onActed: (edit: MassEdit) => void };

/** A running mass edit: its position, the time left, and the button that stops it. */
export function StageProgress({ edit, onActed }: Props) {
  const page = usePage();
  const { words, session } = page;
  const left = useTimeLeft(edit);
  const still = useUnchangedFor(`${edit.stage.number} ${edit.stage.done}`, UNCHANGED_MS);
  const [asking, setAsking] = useState(false);
  const action = useAction(onActed);
  const applying = edit.state === 'applying';
  const stopping = edit.cancelRequestedAt !== null || edit.decision === 'cancel';
  const stop = () => {
    setAsking(false);
    void action.post(edit.links.cancellation);
  };
  return (
    <>
      <p class="where">
        {whereItIs(page, edit, left)} {!applying && words.stage.leave}
      </p>
      {applying && <p class="muted">{words.stage.leave}</p>}
      <NoWorker edit={edit} />
      {still && !stopping && !edit.waitsForWorker && <p class="notice">{words.stage.stuck}</p>}
      {stopping && (
        <p class="notice">
          <Text of={words.stage.stopping(deciderOf(edit) ?? words.latest.someone)} />
        </p>
      )}
      <ActionError refusal={action.refusal} />
      {!stopping && hasRole(session.role, 'editor') && (
        <p>
          <button type="button" aria-disabled={action.busy} onClick={() => (applying ? setAsking(true) : stop())}>
            {applying ? words.stage.stop : words.stage.cancel}
          </button>
        </p>
      )}
      {asking && (
        <Modal heading={words.stage.stopHeading} closeAs={words.close} onClose={() => setAsking(false)} small>
          <p>{words.stage.stopText}</p>
          <div class="actions">
            <button type="button" onClick={() => setAsking(false)}>
              {words.stage.keepGoing}
            </button>
            <button type="button" class="danger" onClick={stop}>
              {words.stage.stop}
            </button>
          </div>
        </Modal>
      )}
    </>
  );
}

/** Says that no worker is running, which operators of the service must fix. */
export function NoWorker({ edit }: Pick<Props, 'edit'>) {
  const { words } = usePage();
  if (!edit.waitsForWorker) return null;
  return <p class="notice">{edit.stage.startedAt === null ? words.stage.noWorker : words.stage.workerAway}</p>;
}

/** Longer than any chunk takes. A worker that restarts is back sooner. */
const UNCHANGED_MS = 60_000;
