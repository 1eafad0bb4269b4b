import type { MassEdit } from '../mass-edit.ts';
import { usePage } from '../page-context.ts';
import { Icon } from './icon.tsx';

/** The list of the users to delete, as a file. */
export function MissingUsersLink({ edit }: { edit: MassEdit }) {
  const { words } = usePage();
  return (
    <a class="button" href={edit.links.missingUsers} download="missing-users.csv">
      <Icon name="download" />
      {words.prompt.download}
    </a>
  );
}
