import { usePage } from '../page-context.ts';
import { Icon } from './icon.tsx';

type Props = {
  id: string;
  file: File | null;
  /** Something is being dragged over the page. */
  over: boolean;
  wrong: boolean;
  onChoose: (files: File[]) => void;
};

/** The field for the file: the browser's own, whose label is the place to drop on. */
export function FileField({ id, file, over, wrong, onChoose }: Props) {
  const { words, format, limits } = usePage();
  const text = words.upload;
  return (
    <div class={wrong ? 'drop wrong' : 'drop'}>
      <input
        id={id}
        class="unseen"
        type="file"
        accept=".csv,.txt,.tsv,.tab,text/csv,text/plain,text/tab-separated-values"
        aria-invalid={wrong}
        aria-describedby={`${id}-limits`}
        onChange={(event) => {
          onChoose([...(event.currentTarget.files ?? [])]);
          // The same file again, mended meanwhile, is a choice too.
          event.currentTarget.value = '';
        }}
      />
      <label for={id}>
        <Icon name={file ? 'file' : 'upload'} />
        {file && !over && (
          <span class="chosen">
            <bdi>{file.name}</bdi> <span class="muted">{format.bytes(file.size)}</span>
          </span>
        )}
        <span class={file && !over ? 'link' : 'big'}>{over ? text.drop : file ? text.other : text.choose}</span>
      </label>
      <p class="hint" id={`${id}-limits`}>
        {limits && `${text.limits(format.bytes(limits.maxBytes), limits.maxRows)} `}
        {text.paste}
      </p>
    </div>
  );
}
