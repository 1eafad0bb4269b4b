import type { Finding, FindingGroup, MassEdit } from '../mass-edit.ts';
import { usePage } from '../page-context.ts';
import { FindingLink } from './finding-link.tsx';
import { Icon } from './icon.tsx';

/** The findings by kind, errors first. Each kind has its remedy and its first examples. */
export function Findings({ groups, listed }: { groups: FindingGroup[]; listed: MassEdit['findings'] }) {
  const { words } = usePage();
  const areAllListed = listed.notListed === 0;
  if (groups.length === 0) return null;
  return (
    <div class="findings">
      <h3>{words.findings.heading}</h3>
      {!areAllListed && <p>{words.findings.notListed(listed.limit, listed.notListed)}</p>}
      {groups.map((group) => (
        <Group key={`${group.code} ${group.severity}`} group={group} areAllListed={areAllListed} />
      ))}
    </div>
  );
}

function Group({ group, areAllListed }: { group: FindingGroup; areAllListed: boolean }) {
  const { words } = usePage();
  const { severity, count, code, title, examples } = group;
  const more = count - examples.length;
  // Shown once if it is the same for all.
  const advice = [...new Set(examples.map(({ suggestion }) => suggestion))];
  return (
    <details class={`finding ${severity}`} open={severity === 'error' && count <= OPEN_AT_MOST}>
      <summary>
        <Icon name={severity === 'error' ? 'failed' : 'warning'} />
        <span class="tag">{words.findings[severity]}</span>
        <strong>{title}</strong>
        {count > 1 && <span class="muted">{words.findings.times(count)}</span>}
      </summary>
      <ul>
        {examples.map((example) => (
          <li key={`${example.line} ${example.column} ${example.message}`}>
            <Place finding={example} />
            <span>{example.message}</span>
            {advice.length > 1 && <Advice text={example.suggestion} />}
          </li>
        ))}
        {more > 0 && <li class="muted">{areAllListed ? words.findings.more(more) : words.findings.others(more)}</li>}
        {advice.length === 1 && (
          <li>
            <Advice text={advice[0] ?? ''} />
          </li>
        )}
        <li class="muted">
          {words.findings.explain} <FindingLink code={code} />
        </li>
      </ul>
    </details>
  );
}

function Advice({ text }: { text: string }) {
  const { words } = usePage();
  return (
    <span class="advice muted">
      {words.findings.mend} {text}
    </span>
  );
}

function Place({ finding }: { finding: Finding }) {
  const { words } = usePage();
  const { line, column } = finding;
  return (
    <span class="place">
      {line === null ? words.findings.file : words.findings.line(line)}
      {column !== null && (
        <>
          , <bdi>{column}</bdi>
        </>
      )}
    </span>
  );
}

/** A few kinds are shown open. Of many kinds only the titles are shown. */
const OPEN_AT_MOST = 3;
