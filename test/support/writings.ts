import type postgres from 'postgres';
import type { TestApi } from './mass-edit-api.ts';
import { tokenFor } from './mass-edit-api.ts';
import { newOrganization, storeMassEdit } from './organization.ts';
import { addSegment, addUser } from './people.ts';

/** One request of each route that writes for a caller. Each changes data if it is accepted. */
export type Writing = { operation: string; organizationId: string; path: string; type?: string; body?: string };

/**
 * Routes outside of an organization: the operator's, and the routes of signing in and out. They have tests of their
 * own.
 */
const WITHOUT_CALLER = ['POST /v1/organizations', 'POST /v1/session', 'POST /v1/session/links', 'DELETE /v1/session'];
const LIST = 'a'.repeat(64);

/**
 * Makes an organization with a mass edit at the gate and one without a mass edit, and a request for each route that
 * writes.
 */
export async function seedWritings(sql: postgres.Sql): Promise<Writing[]> {
  const [busy, idle] = await Promise.all([newOrganization(sql), newOrganization(sql)]);
  const edit = await storeMassEdit(sql, busy, 'Email\nann@example.com\n');
  await sql`update mass_edits set state = 'awaiting_approval', list_digest = ${LIST}, frozen_at = now(),
    expires_at = now() + interval '1 hour', gate = '{"reasons": [], "countRequired": false, "answersCountRequired": false}'
    where id = ${edit.id}`;
  const user = await addUser(sql, busy.id, { email: 'target@example.com' });
  const gone = await addUser(sql, busy.id, { email: 'gone@example.com' });
  await sql`update users set deleted_at = now() where id = ${gone.key}`;
  const segment = await addSegment(sql, busy.id, busy.attributes.Department!, 'Sales');
  await tokenFor(sql, busy, 'viewer');
  const [ids] = await sql<Record<'attribute' | 'segment' | 'token' | 'survey', string>[]>`
    with survey as (insert into surveys (organization_id, name, sent_on) values (${busy.id}, 'Pulse', '2026-01-01') returning public_id)
    select (select public_id from attributes where id = ${busy.attributes.Department!}) as attribute,
      (select public_id from segments where id = ${segment}) as segment,
      (select public_id from tokens where organization_id = ${busy.id}) as token, (select public_id from survey) as survey`;
  const { attribute, survey, token } = ids!;
  const of = (organizationId: string) => (method: string, path: string, pattern: string, body?: object) => ({
    operation: `${method} /v1/organizations/{organizationId}/${pattern}`,
    organizationId,
    path: `/v1/organizations/${organizationId}/${path}`,
    ...(body && { type: 'application/json', body: JSON.stringify(body) }),
  });
  const asked = of(busy.id);
  const answer = { userEmail: 'target@example.com', answeredOn: '2026-01-02', question: 'How?', score: 4 };
  const approval = { decision: 'approve', listDigest: LIST, acknowledged: true };
  return [
    { ...of(idle.id)('POST', 'mass-edits', 'mass-edits'), type: 'text/csv', body: 'Email\nnew@example.com\n' },
    asked('POST', `mass-edits/${edit.massEditId}/approval`, 'mass-edits/{massEditId}/approval', approval),
    asked('POST', `mass-edits/${edit.massEditId}/cancellation`, 'mass-edits/{massEditId}/cancellation'),
    asked('PATCH', `users/${user.id}`, 'users/{userId}', { firstName: 'Changed' }),
    asked('POST', `users/${gone.id}/restoration`, 'users/{userId}/restoration'),
    asked('POST', 'attributes', 'attributes', { name: 'Hobby', type: 'choices' }),
    asked('PATCH', `attributes/${attribute}`, 'attributes/{attributeId}', { name: 'Unit' }),
    asked('POST', `attributes/${attribute}/segments`, 'attributes/{attributeId}/segments', { name: 'Support' }),
    asked(
      'PATCH',
      `attributes/${attribute}/segments/${ids!.segment}`,
      'attributes/{attributeId}/segments/{segmentId}',
      { name: 'Selling' },
    ),
    asked('POST', 'tokens', 'tokens', { userEmail: 'hr@example.com', role: 'viewer', name: 'Another' }),
    asked('DELETE', `tokens/${token}`, 'tokens/{tokenId}'),
    asked('POST', 'surveys', 'surveys', { name: 'Again', sentOn: '2026-02-01' }),
    asked('POST', `surveys/${survey}/answers`, 'surveys/{surveyId}/answers', [answer]),
  ];
}

/** The operations of the API's own description that write for a caller. */
export async function operationsThatWrite(api: TestApi): Promise<string[]> {
  const { paths } = (await (await fetch(`${api.url}/openapi.json`)).json()) as { paths: Record<string, object> };
  return Object.entries(paths)
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`))
    .filter((operation) => !/^(?:GET|HEAD) /.test(operation) && !WITHOUT_CALLER.includes(operation))
    .sort();
}

/**
 * A digest of all rows of these organizations, except these users, their counters, tokens and sessions. Equal digests
 * of two moments prove that nothing else was changed in between.
 */
export async function digestWithout(sql: postgres.Sql, organizationIds: string[], users: number[]): Promise<unknown> {
  const tables = await sql<{ name: string }[]>`
    select table_name as name from information_schema.columns
    where table_schema = 'public' and column_name = 'organization_id' and table_name <> 'live_user_changes' order by 1`;
  const besides: Record<string, string> = {
    users: 'and id <> all($2)',
    tokens: 'and user_id <> all($2)',
    sessions: 'and token_id not in (select id from tokens where user_id = any($2))',
  };
  const parts = tables.map(
    ({ name }) => `select '${name}' as table, md5(string_agg(t::text, '|' order by t::text)) as rows from ${name} t
      where organization_id = any($1::uuid[]) and $2::bigint[] is not null ${besides[name] ?? ''}`,
  );
  return sql.unsafe(parts.join(' union all '), [organizationIds, users]);
}
