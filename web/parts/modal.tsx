import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import type { Words } from '../words/en.ts';

type Props = {
  heading: string;
  words: Words;
  /** null: it cannot be closed, only answered. */
  onClose: (() => void) | null;
  children: ComponentChildren;
};

/**
 * A native modal dialog, open as long as it is there. Focus begins on its heading, so that it is read from its start;
 * Escape closes it, and the browser gives the focus back to where it was.
 */
export function Modal({ heading, words, onClose, children }: Props) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    title.current?.focus();
    return () => shown?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
    >
      <div class="dialog-top">
        <h2 id={id} ref={title} tabIndex={-1}>
          {heading}
        </h2>
        {onClose && (
          <button type="button" class="quiet" onClick={onClose}>
            {words.close}
          </button>
        )}
      </div>
      {children}
    </dialog>
  );
}
