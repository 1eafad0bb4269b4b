import { type FindingGroup, hasRole, type MassEdit, type Page } from '../mass-edit.ts';
import { isFileError, summaryOf, tookMs, usersOf } from '../messages/mass-edit-text.ts';
import { usePage } from '../page-context.ts';
import { DeletionOff } from './deletion-off.tsx';
import { FindingLink } from './finding-link.tsx';
import { Icon } from './icon.tsx';
import { Text } from './text.tsx';

type Props = {
  edit: MassEdit;
  groups: Page<FindingGroup> | null;
  /** It is the subject of the page: a failure is announced at once. */
  live: boolean;
};

/** How a mass edit ended, and the next possible actions. */
export function Result({ edit, groups, live }: Props) {
  const page = usePage();
  const { words, format, language, session } = page;
  const { result, upload } = words;
  const [first = '', ...others] = summaryOf(page, edit);
  const took = tookMs({ startedAt: edit.createdAt, endedAt: edit.endedAt });
  const failed = edit.outcome === 'failed';
  const users = usersOf(page, edit);
  const hasLog = edit.counts.errors + edit.counts.warnings > 0;
  const home = `/organizations/${edit.organizationId}/mass-edit`;
  return (
    <>
      <div role={failed && live ? 'alert' : undefined}>
        <p class="where">
          <Text of={first} />
        </p>
        {others.length > 0 && (
          <p>
            <Text of={others.join(' ')} />
          </p>
        )}
        {edit.failure && (
          <p>
            {result.reference} <code>{edit.failure.reference}</code>
          </p>
        )}
        {isFileError(edit) && groups && <FileFindings groups={groups.items} />}
      </div>
      {users !== null && <p class="muted">{users}</p>}
      <DeletionOff groups={groups} />
      {edit.endedAt !== null && took !== null && (
        <p class="muted">{result.ended(format.moment(edit.endedAt), format.duration(took))}</p>
      )}
      <div class="actions">
        {hasLog && (
          <a
            class={edit.counts.errors > 0 && !isFileError(edit) ? 'button primary' : 'button'}
            href={`${edit.links.errorLog}?language=${language}`}
            download
          >
            <Icon name="download" />
            {result.errorLog}
          </a>
        )}
        {hasRole(session.role, 'editor') && (
          <a class={isFileError(edit) ? 'button primary' : 'button'} href={`${home}#upload`}>
            {edit.outcome === 'completed'
              ? upload.another
              : edit.counts.errors > 0 && !isFileError(edit)
                ? result.fixRows
                : upload.again}
          </a>
        )}
        {isFileError(edit) && (
          <a class="button" href={`${home}#templates`}>
            {result.template}
          </a>
        )}
      </div>
    </>
  );
}

/** The errors of the file as a whole, and their remedies. */
function FileFindings({ groups }: { groups: FindingGroup[] }) {
  const { words } = usePage();
  const found = groups.filter(({ severity }) => severity === 'error').flatMap(({ examples }) => examples);
  return (
    <ul class="file-findings">
      {found.map(({ code, line, column, message, suggestion }) => (
        <li key={`${code} ${line} ${column}`}>
          <p>
            <strong>
              {line !== null && `${words.findings.line(line)}: `}
              {message}
            </strong>
          </p>
          <p>
            {suggestion} <FindingLink code={code} />
          </p>
        </li>
      ))}
    </ul>
  );
}
