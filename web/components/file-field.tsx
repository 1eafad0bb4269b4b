import { usePage } from '../page-context.ts';
import { Icon } from './icon.tsx';

type Props = {
  id: string;
  file: File | null;
  /** A file is being dragged over the page. */
  over: boolean;
  wrong: boolean;
  onChoose: (files: File[]) => void;
};

/** The file field: the browser's own. Its label is the drop area. */
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
          // The user may correct a file and choose the same file again.
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
