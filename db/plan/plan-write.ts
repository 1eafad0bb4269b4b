import { sql } from 'drizzle-orm';
import type { Action, PlannedRow } from '../../rules/rows/plan-row.ts';
import type { ClaimedMassEdit } from '../claimed-edit.ts';
import type { Transaction } from '../client.ts';
import { plainArray, textArray, textLines } from '../sql/array-literals.ts';

/** What the plan stores of a row. */
type RowToWrite = Omit<PlannedRow, 'findings'>;

/** Rows collected column by column, to be written by one statement. */
export type RowsToWrite = {
  size: number;
  /** `hash`: of the row's bytes; null if an equal row may not count as unchanged later. */
  add(row: RowToWrite, hash: string | null): void;
  /** Writes the rows. They come, and are stored, in line order. */
  write(tx: Transaction, edit: ClaimedMassEdit): Promise<void>;
};

/**
 * Starts a batch of rows. Each row goes into the columns at once, so that thousands of objects need not wait for the
 * statement.
 */
export function rowsToWrite(): RowsToWrite {
  const plain = {
    line: [] as number[],
    action: [] as Action[],
    userId: [] as number[],
    userVersion: [] as (number | null)[],
    membershipVersion: [] as (number | null)[],
    namedAs: [] as number[],
    changed: [] as number[],
    finds: [] as boolean[],
    participates: [] as (boolean | null)[],
    hash: [] as (string | null)[],
  };
  const texts = { email: column(), externalId: column(), firstName: column(), lastName: column(), language: column() };
  const [attributesAfter, others] = [column(), column()];
  return {
    size: 0,
    add(row, hash) {
      const { fields } = row;
      plain.line.push(row.line);
      plain.action.push(row.action);
      plain.userId.push(row.userId);
      plain.userVersion.push(row.userVersion);
      plain.membershipVersion.push(row.membershipVersion);
      plain.namedAs.push(row.referencesVersion);
      plain.changed.push(row.attributesChanged);
      plain.finds.push(row.findsActiveUser);
      plain.participates.push(fields.participates);
      plain.hash.push(hash);
      texts.email.push(fields.email);
      texts.externalId.push(fields.externalId);
      texts.firstName.push(fields.firstName);
      texts.lastName.push(fields.lastName);
      texts.language.push(fields.language);
      attributesAfter.push(row.attributesAfter);
      others.push(othersOf(row));
      this.size++;
    },
    async write(tx, edit) {
      if (this.size === 0) return;
      const [line, action, userId, userVersion, membershipVersion, namedAs, changed, finds, participates, hash] =
        Object.values(plain).map(plainArray);
      const [email, externalId, firstName, lastName, language] = Object.values(texts).map(textArray);
      await tx.execute(sql`
        insert into plan_rows (mass_edit_id, organization_id, line, action, user_id, user_version, membership_version, named_as,
          attributes_changed, finds, participates, row_hash, email, external_id, first_name, last_name, language,
          attributes_after, restores, promises, also_finds, before, attributes_before, people, needs, backdates,
          also_present)
        select ${edit.id}, ${edit.organizationId}, r.line, r.action, r.user_id, r.user_version, r.membership_version,
          r.named_as, r.changed, r.finds, r.participates, r.row_hash, r.email, r.external_id, r.first_name, r.last_name,
          r.language, nullif(r.attributes_after, '')::jsonb, coalesce((r.others ->> 'restores')::boolean, false),
          coalesce((r.others ->> 'promises')::smallint, 0),
          (r.others ->> 'alsoFinds')::bigint, r.others -> 'before', r.others -> 'attributesBefore', r.others -> 'people',
          r.others -> 'needs', r.others -> 'backdates', r.others -> 'alsoPresent'
        from (select t.*, nullif(t.rest, '')::jsonb as others from rows from (
          unnest(${line}::int[], ${action}::text[], ${userId}::bigint[], ${userVersion}::int[], ${membershipVersion}::int[],
            ${namedAs}::int[], ${changed}::smallint[], ${finds}::boolean[], ${participates}::boolean[], ${hash}::uuid[],
            ${email}::text[], ${externalId}::text[], ${firstName}::text[], ${lastName}::text[], ${language}::text[]),
          string_to_table(${textLines(attributesAfter)}, E'\n'), string_to_table(${textLines(others)}, E'\n'))
          as t(line, action, user_id, user_version, membership_version, named_as, changed, finds, participates, row_hash, email,
            external_id, first_name, last_name, language, attributes_after, rest) offset 0) r`);
    },
  };
}

const column = (): (string | null)[] => [];

/** The parts that most rows do not have, in one JSON text; null if the row has none of them. */
function othersOf({ restores, conditionalFindings, ...row }: RowToWrite): string | null {
  const { conflictingUserId, before, attributesBefore, references, dependsOnLines, backdates, alsoPresent } = row;
  if (
    !(
      restores ||
      conflictingUserId ||
      before ||
      attributesBefore ||
      references ||
      dependsOnLines ||
      backdates ||
      alsoPresent
    )
  )
    return null;
  // A null here would be a JSON null. Inside these objects, null is a value.
  const others: Record<string, unknown> = {
    ...{
      alsoFinds: conflictingUserId,
      before,
      attributesBefore,
      people: references,
      needs: dependsOnLines,
      backdates,
      alsoPresent,
    },
  };
  for (const name in others) if (others[name] === null) delete others[name];
  return JSON.stringify(restores ? { ...others, restores, promises: conditionalFindings } : others);
}
