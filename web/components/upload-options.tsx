import { useId } from 'preact/hooks';
import type { Options } from '../mass-edit.ts';
import { usePage } from '../page-context.ts';

type Props = { options: Options; onChange: (options: Options) => void };

/** The options of an upload, which allow more than creating and changing users. The option that deletes comes last. */
export function UploadOptions({ options, onChange }: Props) {
  const text = usePage().words.upload;
  const neither = !options.resetEmptyFields && !options.deleteMissingUsers;
  return (
    <fieldset class="options">
      <legend>{text.options}</legend>
      <Option
        label={text.review}
        hint={text.reviewHint}
        checked={options.review === 'always'}
        onChange={(on) => onChange({ ...options, review: on ? 'always' : 'deletions' })}
      />
      <Option
        label={text.reset}
        hint={text.resetHint}
        checked={options.resetEmptyFields}
        onChange={(resetEmptyFields) => onChange({ ...options, resetEmptyFields })}
      />
      <Option
        label={text.remove}
        hint={text.removeHint}
        checked={options.deleteMissingUsers}
        onChange={(deleteMissingUsers) => onChange({ ...options, deleteMissingUsers })}
      />
      <p class="hint">{neither ? text.neither : '\u00a0'}</p>
    </fieldset>
  );
}

type OptionProps = { label: string; hint: string; checked: boolean; onChange: (on: boolean) => void };

function Option({ label, hint, checked, onChange }: OptionProps) {
  const id = useId();
  return (
    <div class="check">
      <input
        type="checkbox"
        id={id}
        checked={checked}
        aria-describedby={`${id}-hint`}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <div>
        <label for={id}>{label}</label>
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      </div>
    </div>
  );
}
