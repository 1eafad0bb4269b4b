import type { Finding, PlanRow } from '../mass-edit.ts';
import { nameOf } from '../mass-edit.ts';
import { usePage } from '../page-context.ts';
import { Icon } from './icon.tsx';

type Props = { rows: PlanRow[]; labelledBy: string };

/**
 * Rows of a file as a table: the user, the action, and the fields that change or have a finding. There is no column for
 * each field: a row changes two fields of fifty, and a wide table would hide them. On a narrow screen each row is a
 * card. The roles are explicit, because a table with another layout loses them.
 */
export function RowTable({ rows, labelledBy }: Props) {
  const { words } = usePage();
  const text = words.preview;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard
    <section class="scroll" aria-label={text.scroll} tabIndex={0}>
      {/* biome-ignore-start lint/a11y/noRedundantRoles: laid out as cards it would be no table any more */}
      <table class="rows" role="table" aria-labelledby={labelledBy}>
        <thead role="rowgroup">
          <tr role="row">
            {[text.line, text.person, text.result, text.fields].map((name) => (
              <th key={name} role="columnheader" scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <Row key={row.line ?? row.user.id} row={row} />
          ))}
        </tbody>
      </table>
      {/* biome-ignore-end lint/a11y/noRedundantRoles: as above */}
    </section>
  );
}

function Row({ row }: { row: PlanRow }) {
  const { words, format } = usePage();
  const text = words.preview;
  const name = nameOf(row.user);
  const handle = row.user.email ?? row.user.externalId;
  const ofRow = row.findings.filter(({ column }) => column === null);
  const columns = columnsOf(row);
  return (
    // biome-ignore-start lint/a11y/noRedundantRoles: a table laid out as cards loses its roles
    <tr role="row" class={row.action}>
      <td role="cell" data-label={text.line} class="line">
        {row.line === null ? '–' : format.number(row.line)}
      </td>
      <th role="rowheader" scope="row" data-label={text.person}>
        <bdi>{name}</bdi>
        {handle !== null && handle !== name && <bdi class="handle">{handle}</bdi>}
      </th>
      <td role="cell" data-label={text.result}>
        <span class={`tag ${row.action}`}>{text.action[row.action]}</span>
        {row.restores && <span class="hint">{text.restores}</span>}
        {!!row.tokens && <span class="hint">{words.why.hasTokens(row.tokens)}</span>}
        {!!row.reports && <span class="hint">{words.why.hasReports(row.reports)}</span>}
      </td>
      <td role="cell" class="fields">
        {ofRow.map((finding) => (
          <Said key={finding.message} finding={finding} withValue={false} />
        ))}
        {columns.length > 0 && (
          <dl>
            {columns.map((column) => (
              <Field key={column} row={row} column={column} />
            ))}
          </dl>
        )}
      </td>
    </tr>
    // biome-ignore-end lint/a11y/noRedundantRoles: as above
  );
}

function Field({ row, column }: { row: PlanRow; column: string }) {
  const { words } = usePage();
  const text = words.preview;
  const change = row.changes.find((one) => one.column === column);
  const findings = row.findings.filter((one) => one.column === column);
  const long = (change?.before?.length ?? 0) + (change?.after?.length ?? 0) > LONG;
  const worst = findings.some(({ severity }) => severity === 'error') ? 'wrong' : 'doubtful';
  return (
    <div class={findings.length > 0 ? worst : long ? 'long' : undefined}>
      <dt>
        <bdi>{column}</bdi>
      </dt>
      <dd>
        {change && (
          <span class="change">
            {row.action !== 'create' && change.before !== null && (
              <>
                <span class="unseen">{text.from} </span>
                <del>
                  <bdi>{change.before}</bdi>
                </del>{' '}
                <Icon name="arrow" />
                <span class="unseen">{text.to} </span>
              </>
            )}
            {change.after === null ? (
              <em class="muted">{text.cleared}</em>
            ) : (
              <ins>
                <bdi>{change.after}</bdi>
              </ins>
            )}
          </span>
        )}
        {findings.map((finding) => (
          <Said key={finding.message} finding={finding} withValue={change === undefined} />
        ))}
      </dd>
    </div>
  );
}

/** Characters, old and new, that fit into half of the field's width. */
const LONG = 24;

/** A finding inside its field. The remedy stands once, in the list of findings by kind. */
function Said({ finding, withValue }: { finding: Finding; withValue: boolean }) {
  const { words } = usePage();
  return (
    <span class={`said ${finding.severity}`}>
      {withValue && finding.value !== null && (
        <span class="given">
          <bdi>{finding.value === '' ? `(${words.preview.empty})` : finding.value}</bdi>
        </span>
      )}
      <Icon name={finding.severity === 'error' ? 'failed' : 'warning'} />
      <span class="unseen">{words.findings[finding.severity]}: </span>
      {finding.message}
    </span>
  );
}

/**
 * The fields to show: fields with findings first, else in the order of the template. A new user's name stands beside
 * them already.
 */
function columnsOf({ action, user, changes, findings }: PlanRow): string[] {
  const texts = action === 'create' ? [user.firstName, user.lastName, user.email ?? user.externalId] : [];
  const wrong = findings.flatMap(({ column }) => column ?? []);
  const changed = changes.filter(({ column, after }) => !(NAMING.has(column) && texts.includes(after)));
  return [...new Set([...wrong, ...changed.map(({ column }) => column)])];
}

const NAMING = new Set(['Email', 'External Id', 'First name', 'Last name']);
