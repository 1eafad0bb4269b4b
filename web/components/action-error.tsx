import type { Refusal } from '../api.ts';
import { usePage } from '../page-context.ts';

/** Says that an action failed. Shows nothing if the session has ended: the page then asks to sign in. */
export function ActionError({ refusal }: { refusal: Refusal | null }) {
  const { words } = usePage();
  if (refusal === null || refusal.code === 'unauthenticated') return null;
  return (
    <p class="notice bad" role="alert">
      {refusal.code === 'unreachable' ? words.noAnswer : words.refused(refusal.message)}
    </p>
  );
}
