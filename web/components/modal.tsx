import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

type Props = {
  heading: string;
  /** What closing it is called; null: it cannot be closed, only answered. */
  closeAs: string | null;
  onClose?: () => void;
  /** It says a sentence or two. */
  small?: boolean;
  children: ComponentChildren;
};

/**
 * A native modal dialog, open as long as it is there. Focus begins on its heading, so that it is read from its start;
 * Escape closes it, and the browser gives the focus back to where it was.
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
      // Pressed twice, Escape closes whatever is said to `cancel`.
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
