import { nameOf } from '../mass-edit.ts';
import type { Words } from '../messages/en.ts';
import { isolate } from '../messages/isolate.ts';
import type { SessionControl, Who } from '../session.ts';
import { Modal } from './modal.tsx';
import { Text } from './text.tsx';

/** Asks before a link ends the session of another user, and says why a link did not sign in. Escape changes nothing. */
export function LinkQuestion({ words, control }: { words: Words; control: SessionControl }) {
  const { question, answer } = control;
  const text = words.signIn;
  if (!question) return null;
  const stay = () => answer(false);
  if (question.kind === 'in vain')
    return (
      <Modal key="in vain" heading={text.inVain} closeAs={words.close} onClose={stay} small>
        <p>{text[question.trouble]}</p>
      </Modal>
    );
  const { current, next } = question;
  return (
    <Modal key="other user" heading={text.change} closeAs={words.close} onClose={stay} small>
      <p>
        <Text of={text.question(organizationOf(current), userOf(current), organizationOf(next), userOf(next))} />
      </p>
      <p>{text.stranger}</p>
      <div class="actions">
        <button type="button" onClick={stay}>
          {text.stay}
        </button>
        <button type="button" class="primary" onClick={() => answer(true)}>
          {text.go}
        </button>
      </div>
    </Modal>
  );
}

const organizationOf = ({ organization }: Who): string => isolate(organization.name);

/** Name and email: two organizations or users may have the same name. */
function userOf({ user }: Who): string {
  const name = nameOf(user);
  const id = user.email ?? user.externalId;
  return isolate(id === null || id === name ? name : `${name} (${id})`);
}
