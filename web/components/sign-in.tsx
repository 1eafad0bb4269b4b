import { useId, useRef, useState } from 'preact/hooks';
import type { Words } from '../messages/en.ts';
import { isLink, type LinkTrouble, type SessionControl, secretIn, troubleOf } from '../session.ts';
import { Modal } from './modal.tsx';

type Props = { words: Words; control: SessionControl };

type Wrong = LinkTrouble | 'empty' | 'wrong';

/** Asks for a token, or a link, if no user is signed in. */
export function SignIn({ words, control, trouble }: Props & { trouble: LinkTrouble | null }) {
  return (
    <section class="card narrow">
      <h2>{words.signIn.heading}</h2>
      <p>{words.signIn.text}</p>
      <TokenForm words={words} control={control} first={trouble} />
    </section>
  );
}

/** Asks again in a dialog over the page. The page and the chosen file are still there after signing in. */
export function SignInAgain({ words, control }: Props) {
  return (
    <Modal heading={words.signIn.again} closeAs={null} small>
      <p>{words.signIn.againText}</p>
      <TokenForm words={words} control={control} first={null} />
    </Modal>
  );
}

/** @param first the error that is shown before the user types */
function TokenForm({ words, control, first }: Props & { first: Wrong | null }) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [wrong, setWrong] = useState<Wrong | null>(first);
  const [busy, setBusy] = useState(false);

  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    const secret = secretIn(field.current?.value ?? '');
    setBusy(true);
    const trouble = secret === '' ? 'empty' : await tried(secret);
    setBusy(false);
    setWrong(trouble);
    if (trouble) field.current?.focus();
  };
  const tried = (secret: string): Promise<Wrong | null> =>
    control.signIn(secret).then(
      () => null,
      (error: unknown) => {
        const trouble = troubleOf(error);
        return trouble === 'link' && !isLink(secret) ? 'wrong' : trouble;
      },
    );

  return (
    <form onSubmit={submit} noValidate>
      <div class="field">
        <label for={id}>{words.signIn.token}</label>
        {wrong && (
          <p class="field-error" id={`${id}-error`} role="alert">
            {words.signIn[wrong]}
          </p>
        )}
        <input
          ref={field}
          id={id}
          type="password"
          autoComplete="off"
          spellcheck={false}
          aria-invalid={wrong !== null}
          aria-describedby={wrong ? `${id}-error` : undefined}
        />
      </div>
      <button type="submit" class="primary" aria-disabled={busy}>
        {words.signIn.submit}
      </button>
    </form>
  );
}
