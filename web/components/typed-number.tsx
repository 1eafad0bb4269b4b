import type { Ref } from 'preact';
import { useId } from 'preact/hooks';
import { usePage } from '../page-context.ts';

type Props = {
  number: number;
  label: string;
  hint: string;
  typed: string;
  wrong: boolean;
  onTyped: (text: string) => void;
  input: Ref<HTMLInputElement>;
};

/** A number that the administrator must type before many users are deleted or many answers leave reports. */
export function TypedNumber({ number, label, hint, typed, wrong, onTyped, input }: Props) {
  const { words } = usePage();
  const id = useId();
  return (
    <div class={wrong ? 'field wrong' : 'field'}>
      <label for={id}>{label}</label>
      <p class="hint" id={`${id}-hint`}>
        {hint}
      </p>
      {wrong && (
        <p class="field-error" id={`${id}-error`} role="alert">
          {words.prompt.typeWrong(number)}
        </p>
      )}
      <input
        ref={input}
        id={id}
        type="text"
        inputMode="numeric"
        autoComplete="off"
        value={typed}
        aria-invalid={wrong}
        aria-describedby={wrong ? `${id}-error` : `${id}-hint`}
        onInput={(event) => onTyped(event.currentTarget.value)}
      />
    </div>
  );
}

/** Whether a typed text is the number, with any grouping of digits. */
export const isTyped = (text: string, number: number): boolean => text.replace(/[\s.,]/g, '') === String(number);
