import { type SQL, sql } from 'drizzle-orm';

/**
 * The built-in fields that a plan row changes, as an object: name → value after, null if the row clears it. For a row
 * that changes nothing: the fields that identify its user.
 *
 * @param row the alias of plan_rows in the statement
 */
export const fieldsAfter = (row: string): SQL =>
  sql.raw(`(jsonb_strip_nulls(jsonb_build_object('email', ${row}.email, 'externalId', ${row}.external_id,
    'firstName', ${row}.first_name, 'lastName', nullif(${row}.last_name, ''), 'language', ${row}.language,
    'participates', ${row}.participates))
    || case when ${row}.last_name = '' then '{"lastName": null}' else '{}' end::jsonb)`);

/** How many backdates a row has. Most rows have none, and the JSON is not read. */
export const BACKDATES_IN_ROW = sql.raw(
  'case when backdates is not null then (select count(*) from jsonb_object_keys(backdates)) end',
);
