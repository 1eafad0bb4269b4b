import { useAction } from '../hooks/use-action.ts';
import { type FindingGroup, hasRole, type MassEdit, type Page } from '../mass-edit.ts';
import { questionOf, unreadIn } from '../messages/mass-edit-text.ts';
import { usePage } from '../page-context.ts';
import { ActionError } from './action-error.tsx';
import { DeletionOff } from './deletion-off.tsx';
import { Icon } from './icon.tsx';
import { MissingUsersLink } from './missing-users-link.tsx';
import { Text } from './text.tsx';

type Props = {
  edit: MassEdit;
  groups: Page<FindingGroup> | null;
  /** The time to answer has run out. */
  past: boolean;
  onOpen: () => void;
  onActed: (edit: MassEdit) => void;
};

/** The question at the gate. Every visitor of the page sees it until it is answered. */
export function Gate({ edit, groups, past, onOpen, onActed }: Props) {
  const page = usePage();
  const { words, format, session } = page;
  const text = words.prompt;
  const action = useAction(onActed);
  const mayAnswer = hasRole(session.role, 'approver');
  const answered = edit.decision !== null;
  const count = edit.deletion?.count ?? 0;

  return (
    <div class="gate">
      <h3>
        <Icon name={answered ? 'done' : 'question'} />
        {answered ? words.stage.answered : questionOf(page, edit)}
      </h3>
      {!answered && (
        <p>
          <strong>{text.nothing}</strong>{' '}
          {past ? text.expired : edit.deletion?.expiresAt && text.deadline(format.moment(edit.deletion.expiresAt))}
        </p>
      )}
      {edit.file.unreadColumnCount > 0 && (
        <p>
          <strong>
            <Text of={unreadIn(page, edit)} />
          </strong>
        </p>
      )}
      {!mayAnswer && !answered && <p>{text.whoMay}</p>}
      <DeletionOff groups={groups} />
      <ActionError refusal={action.refusal} />
      <div class="actions">
        {count > 0 && <MissingUsersLink edit={edit} />}
        {mayAnswer && !answered && (
          <button type="button" class="primary" onClick={onOpen}>
            {text.open}
          </button>
        )}
        {!mayAnswer && !answered && hasRole(session.role, 'editor') && (
          <button type="button" aria-disabled={action.busy} onClick={() => void action.post(edit.links.cancellation)}>
            {text.cancel}
          </button>
        )}
      </div>
    </div>
  );
}
