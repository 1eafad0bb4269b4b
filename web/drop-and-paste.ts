import { useEffect, useRef, useState } from 'preact/hooks';

type Input = {
  enabled: boolean;
  /** The file name for pasted text. */
  pastedName: string;
  choose: (files: File[]) => void;
};

/**
 * Takes files that are dropped anywhere on the page or pasted, and rows that are pasted as text. Without this the
 * browser would open a file that is dropped beside the form, and leave the page.
 *
 * @returns whether a file is being dragged over the page
 */
export function useDropAndPaste(input: Input): boolean {
  const [over, setOver] = useState(false);
  // The listeners stay, and call the latest callback.
  const given = useRef(input);
  given.current = input;

  useEffect(() => {
    // A counter, because entering a child comes before leaving its parent.
    let depth = 0;
    const leave = () => {
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    };
    const listeners: Record<string, (event: DragEvent) => void> = {
      dragenter: (event) => {
        if (!hasFiles(event)) return;
        depth += 1;
        setOver(given.current.enabled);
      },
      dragover: (event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        if (event.dataTransfer) event.dataTransfer.dropEffect = given.current.enabled ? 'copy' : 'none';
      },
      dragleave: leave,
      drop: (event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        depth = 0;
        setOver(false);
        if (given.current.enabled) given.current.choose([...(event.dataTransfer?.files ?? [])]);
      },
    };
    const paste = (event: ClipboardEvent) => {
      if (!given.current.enabled || isField(event.target)) return;
      const files = [...(event.clipboardData?.files ?? [])];
      const text = event.clipboardData?.getData('text/plain') ?? '';
      // One word is not a table.
      const isTable = /[;,\t\n]/.test(text);
      if (files.length === 0 && !isTable) return;
      event.preventDefault();
      // A spreadsheet also puts a picture of the rows on the clipboard.
      given.current.choose(isTable ? [new File([text], given.current.pastedName, { type: 'text/csv' })] : files);
    };
    for (const [name, listener] of Object.entries(listeners))
      document.addEventListener(name, listener as EventListener);
    document.addEventListener('paste', paste);
    return () => {
      for (const [name, listener] of Object.entries(listeners))
        document.removeEventListener(name, listener as EventListener);
      document.removeEventListener('paste', paste);
    };
  }, []);

  return over;
}

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;

/** A paste into a field belongs to the field. */
const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && TYPED.has(target.type));
const TYPED = new Set(['text', 'password', 'search', 'number']);
