import type { FindingGroup, Page } from '../mass-edit.ts';
import { usePage } from '../page-context.ts';

/**
 * Says that the delete option was chosen and is off, and why. The administrator who chose the option expects deletions.
 */
export function DeletionOff({ groups }: { groups: Page<FindingGroup> | null }) {
  const { words } = usePage();
  const why = groups?.items.find(({ code }) => code === 'DELETION_OFF')?.examples[0];
  if (!why) return null;
  return (
    <div class="notice">
      <p>
        <strong>{words.prompt.off}</strong>
      </p>
      <p>
        {why.message} {why.suggestion}
      </p>
    </div>
  );
}
