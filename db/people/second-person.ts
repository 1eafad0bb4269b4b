import { sql } from 'drizzle-orm';
import { STAGES } from '../../workflows/stages.ts';
import { queryMany, type Transaction } from '../client.ts';
import { hasPassed } from '../sql/stage-progress.ts';

/**
 * Why the holder of a token is no second person beside an uploader.
 *
 * - `uploader`: the holder is the uploader.
 * - `token`: the uploader made the token, or a token in the chain that it was made with.
 * - `user`: the uploader, or a file of the uploader, created or restored the user, or gave the user an email or
 *   external id.
 * - `maker`: the same was done to a user who made a token of the chain, before that user made it.
 */
export type Dependence = 'uploader' | 'token' | 'user' | 'maker';

/**
 * How the holder of a token (public id) depends on the uploader of a mass edit (internal key). Null if the two are
 * independent. A token that does not exist any more counts as the uploader's.
 */
export async function dependenceOf(tx: Transaction, tokenId: string, massEditId: number): Promise<Dependence | null> {
  const uploader = sql`(select started_by from mass_edits where id = ${massEditId})`;
  const [found] = await queryMany<{ tie: Dependence | null }>(
    tx,
    sql`with token as (
      select organization_id, user_id, makers, created_at from tokens where public_id = ${tokenId}
    ), behind as (
      -- Changes to the user count at any time: an email is a way in, also beside an older token.
      select organization_id, user_id as person, 'infinity'::timestamptz as until, 'user' as role from token
      union all select organization_id, maker, created_at, 'maker' from token cross join unnest(makers) maker
    ), tied as (
      select role, person = ${uploader} as same, exists (
          select from changes c
          where c.organization_id = b.organization_id and c.user_id = b.person and c.by_user = ${uploader} and c.at <= b.until
            and (c.after ->> 'deleted' = 'false' or c.after ->> 'email' <> '' or c.after ->> 'externalId' <> '')
        ) or exists (
          select from mass_edits m join plan_rows p on p.mass_edit_id = m.id and p.user_id = b.person
          join stages s on s.mass_edit_id = m.id and s.number = ${STAGES['Upsert users'].number} and ${hasPassed('p.user_id')}
          where m.started_by = ${uploader} and s.started_at <= b.until and (p.action = 'create'
            or (p.action = 'update' and (p.restores or p.email <> '' or p.external_id <> '')))
        ) as brought
      from behind b
    )
    select case when bool_or(same and role = 'user') then 'uploader' when bool_or(same) then 'token'
      when bool_or(brought and role = 'user') then 'user' when bool_or(brought) then 'maker' end as tie
    from tied having count(*) > 0`,
  );
  return found ? found.tie : 'token';
}
