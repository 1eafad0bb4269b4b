import { useEffect } from 'preact/hooks';
import type { MassEdit } from './mass-edit.ts';
import type { Words } from './messages/en.ts';
import { usePage } from './page-context.ts';

/** Sets the title of the tab to the state of the mass edit: progress, question, or result. */
export function usePageTitle(edit: MassEdit | null): void {
  const { words } = usePage();
  const title = edit ? `${prefixOf(words, edit)} ${words.title}` : words.title;
  useEffect(() => {
    document.title = title;
    return () => {
      document.title = words.title;
    };
  }, [title]);
}

function prefixOf({ tabTitle }: Words, edit: MassEdit): string {
  if (edit.state === 'awaiting_approval' && edit.decision === null) return tabTitle.asks;
  if (edit.state !== 'ended') return tabTitle.running(edit.stage.number);
  return edit.outcome === 'failed' || edit.outcome === 'completed_with_errors' ? tabTitle.error : tabTitle.done;
}
