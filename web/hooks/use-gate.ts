import { useEffect, useState } from 'preact/hooks';
import { hasRole, type MassEdit } from '../mass-edit.ts';
import { usePage } from '../page-context.ts';
import { takeOwnUpload } from '../state/own-upload.ts';
import { useHasPassed } from './use-timers.ts';

export type GateState = {
  /** The dialog is open. It stays open if another administrator answers, so that it can say so. */
  asking: boolean;
  setAsking: (asking: boolean) => void;
  /** The time to answer has run out. */
  past: boolean;
};

/**
 * Whether the question is open. It opens by itself once, in the tab that sent the file; a button opens it in any tab.
 */
export function useGate(edit: MassEdit, refresh: () => void): GateState {
  const { session } = usePage();
  const [asking, setAsking] = useState(false);
  const waits = edit.state === 'awaiting_approval' && edit.decision === null;
  const past = useHasPassed(waits ? (edit.deletion?.expiresAt ?? null) : null);
  useEffect(() => {
    if (waits && hasRole(session.role, 'approver') && takeOwnUpload(edit.id)) setAsking(true);
  }, [edit.id, waits]);
  useEffect(() => {
    if (past) refresh();
  }, [past]);
  return { asking, setAsking, past };
}
