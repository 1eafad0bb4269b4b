import { useId, useRef, useState } from 'preact/hooks';
import { refusalIn } from '../api.ts';
import type { SessionControl } from '../session.ts';
import type { Words } from '../words/en.ts';
import { Modal } from './modal.tsx';

type Props = { words: Words; control: SessionControl };

/** Asks for a token where nobody is signed in. */
export function SignIn({ words, control, badLink }: Props & { badLink: boolean }) {
  return (
    <section class="card narrow">
      <h2>{words.signIn.heading}</h2>
      <p>{words.signIn.text}</p>
      <TokenForm words={words} control={control} first={badLink ? words.signIn.link : null} />
    </section>
  );
}

/** Asks again over what is in sight, so that it is there still, the chosen file too, after signing in. */
export function SignInAgain({ words, control }: Props) {
  return (
    <Modal heading={words.signIn.again} closeAs={null} small>
      <p>{words.signIn.againText}</p>
      <TokenForm words={words} control={control} first={null} />
    </Modal>
  );
}

/** @param first what is wrong before anything was typed */
function TokenForm({ words, control, first }: Props & { first: string | null }) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [wrong, setWrong] = useState(first);
  const [busy, setBusy] = useState(false);

  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    const token = field.current?.value.trim() ?? '';
    setBusy(true);
    const message = token === '' ? words.signIn.empty : await tried(token);
    setBusy(false);
    setWrong(message);
    if (message) field.current?.focus();
  };
  const tried = (token: string): Promise<string | null> =>
    control.signIn(token).then(
      () => null,
      (error: unknown) => {
        const { code } = refusalIn(error);
        if (code === 'unreachable') return words.noAnswer;
        return code === 'too_many_requests' ? words.signIn.tooMany : words.signIn.wrong;
      },
    );

  return (
    <form onSubmit={submit} noValidate>
      <div class="field">
        <label for={id}>{words.signIn.token}</label>
        {wrong && (
          <p class="field-error" id={`${id}-error`} role="alert">
            {wrong}
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
