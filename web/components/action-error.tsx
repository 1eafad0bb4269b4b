import type { Refusal } from '../api.ts';
import { usePage } from '../page-context.ts';

/** That what somebody asked for did not happen; nothing where they are signed out, as the page asks for that itself. */
export function ActionError({ refusal }: { refusal: Refusal | null }) {
  const { words } = usePage();
  if (refusal === null || refusal.code === 'unauthenticated') return null;
  return (
    <p class="notice bad" role="alert">
      {refusal.code === 'unreachable' ? words.noAnswer : words.refused(refusal.message)}
    </p>
  );
}
