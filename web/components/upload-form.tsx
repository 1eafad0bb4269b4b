import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { checkFile, type FileError } from '../check-file.ts';
import { useDropAndPaste } from '../drop-and-paste.ts';
import { useUpload } from '../hooks/use-upload.ts';
import type { MassEdit, Options } from '../mass-edit.ts';
import { isolate } from '../messages/isolate.ts';
import { starterOf } from '../messages/mass-edit-text.ts';
import { usePage } from '../page-context.ts';
import { FileField } from './file-field.tsx';
import { Text } from './text.tsx';
import { UploadOptions } from './upload-options.tsx';
import { UploadProgress } from './upload-progress.tsx';

type Props = {
  organizationId: string;
  /** The mass edit under way, if any. The form then folds to a sentence and keeps the choices. */
  open: MassEdit | null;
  onStarted: (edit: MassEdit) => void;
  onBusy: () => void;
};

/** The upload form: a chosen, dropped or pasted file, the options, and checks before sending. */
export function UploadForm({ organizationId, open, onStarted, onBusy }: Props) {
  const { words, format, limits } = usePage();
  const id = useId();
  const [file, setFile] = useState<File | null>(null);
  const [options, setOptions] = useState<Options>(NONE);
  const [trouble, setTrouble] = useState<FileError | 'none' | 'many' | null>(null);
  const summary = useRef<HTMLDivElement>(null);
  const chosenAs = file ? isolate(file.name) : '';
  const upload = useUpload({
    organizationId,
    onBusy,
    onStarted: (edit) => {
      setFile(null);
      setOptions(NONE);
      onStarted(edit);
    },
  });

  const choose = async (files: File[]) => {
    const [first, ...others] = files;
    if (!first) return;
    upload.forget();
    setFile(first);
    setTrouble(others.length > 0 ? 'many' : await checkFile(first, limits?.maxBytes ?? null));
  };
  const over = useDropAndPaste({ enabled: open === null && !upload.sending, pastedName: words.upload.pasted, choose });

  const submit = async (event: Event) => {
    event.preventDefault();
    if (upload.sending) return;
    const found = !file ? 'none' : trouble === 'many' ? 'many' : await checkFile(file, limits?.maxBytes ?? null);
    setTrouble(found);
    if (file && found === null) upload.send(file, options);
    else setTimeout(() => summary.current?.focus());
  };

  useEffect(() => {
    if (upload.refusal) summary.current?.focus();
  }, [upload.refusal]);

  if (open) return <Folded open={open} refused={upload.refusal?.code === 'mass_edit_in_progress'} />;
  if (upload.sending && file)
    return (
      <UploadProgress name={chosenAs} sentBytes={upload.sentBytes} sizeBytes={file.size} onCancel={upload.cancel} />
    );

  const sentence = troubleSentence();
  return (
    <form class={over ? 'card upload over' : 'card upload'} onSubmit={submit} noValidate>
      {sentence && (
        <div class="notice bad" role="alert" tabIndex={-1} ref={summary} aria-labelledby={`${id}-trouble`}>
          <h3 id={`${id}-trouble`}>{words.trouble.heading}</h3>
          <p>
            {/* Not a navigation: the focus goes to the field at once. */}
            <a href={`#${id}-file`}>
              <Text of={sentence} />
            </a>
          </p>
        </div>
      )}
      <FileField id={`${id}-file`} file={file} over={over} wrong={trouble !== null} onChoose={choose} />
      <UploadOptions options={options} onChange={setOptions} />
      <button type="submit" class="primary">
        {upload.canRetry ? words.tryAgain : words.upload.submit}
      </button>
    </form>
  );

  function troubleSentence(): string | null {
    if (trouble === 'none' || trouble === 'many') return words.trouble[trouble];
    if (trouble === 'too_large')
      return words.trouble.too_large(chosenAs, format.bytes(file?.size ?? 0), format.bytes(limits?.maxBytes ?? 0));
    if (trouble) return words.trouble[trouble](chosenAs);
    const { refusal } = upload;
    if (refusal === null) return null;
    switch (refusal.code) {
      case 'mass_edit_in_progress':
      // The page asks to sign in again, and the file is still chosen.
      case 'unauthenticated':
        return null;
      case 'cut_off':
      case 'not_ready':
      case 'unreachable':
        return words.trouble[refusal.code];
      case 'file_changed':
        return words.trouble.file_changed(chosenAs);
      case 'empty_file':
        return words.trouble.empty(chosenAs);
      default:
        return words.refused(refusal.message);
    }
  }
}

const NONE: Options = { resetEmptyFields: false, deleteMissingUsers: false, review: 'deletions' };

/** One sentence that replaces the form. @param refused the user pressed Upload and came second: then it is an alert */
function Folded({ open, refused }: { open: MassEdit; refused: boolean }) {
  const page = usePage();
  const { upload } = page.words;
  const by = upload.busyBy(starterOf(page, open), page.format.moment(open.createdAt), open.stage.number);
  return (
    <div class="card" role={refused ? 'alert' : undefined}>
      <p>{upload.busy}</p>
      <p>
        <Text of={by} /> <a href="#current">{upload.show}</a>
      </p>
    </div>
  );
}
