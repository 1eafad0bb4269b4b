import { useEffect, useState } from 'preact/hooks';

/** Whether a value has been the same for this time. */
export function useUnchangedFor(value: string, ms: number): boolean {
  const [still, setStill] = useState(false);
  useEffect(() => {
    setStill(false);
    const timer = setTimeout(() => setStill(true), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return still;
}

/** Whether a moment has passed. The component renders again at that moment. */
export function useHasPassed(iso: string | null): boolean {
  const [past, setPast] = useState(false);
  useEffect(() => {
    setPast(false);
    if (iso === null) return;
    const leftMs = new Date(iso).getTime() - Date.now();
    // A timer of more than 24 days fires at once. No page stays open that long.
    const timer = setTimeout(() => setPast(true), Math.min(Math.max(0, leftMs), LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  }, [iso]);
  return past;
}

const LONGEST_TIMER_MS = 2_147_483_647;
