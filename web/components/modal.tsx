import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

type Props = {
  heading: string;
  /** The label of the close button. null: the dialog cannot be closed, only answered. */
  closeAs: string | null;
  onClose?: () => void;
  /** The dialog holds a sentence or two. */
  small?: boolean;
  children: ComponentChildren;
};

/**
 * A native modal dialog, open while it is mounted. The focus begins on the heading, so that a screen reader starts
 * there. Escape closes the dialog, and the browser gives the focus back.
 */
export function Modal({ heading, closeAs, onClose, small = false, children }: Props) {
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
      class={small ? 'small' : undefined}
      aria-labelledby={id}
      onCancel={(event) => closeAs === null && event.preventDefault()}
      // If Escape is pressed twice, the browser closes the dialog even if `cancel` is prevented.
      onClose={() => (closeAs === null ? dialog.current?.showModal() : onClose?.())}
    >
      <div class="dialog-top">
        <h2 id={id} ref={title} tabIndex={-1}>
          {heading}
        </h2>
        {closeAs !== null && (
          <button type="button" class="quiet" onClick={() => dialog.current?.close()}>
            {closeAs}
          </button>
        )}
      </div>
      {children}
    </dialog>
  );
}
