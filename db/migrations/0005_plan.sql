-- A row of a file is read, looked up, compared and written once, into the plan: there is no staging beside it any more.
-- What a row has to be compared with is found by the worker, whose indexes are in memory and made anew by every attempt.
drop table staged_rows;

-- names_version moves whenever somebody may come to be called otherwise, or comes or goes: a row that names them may then
-- mean somebody else. It only ever grows, so that a sum of several is the same only where each of them is.
alter table users add column names_version integer not null default 1;
create or replace function users_touch() returns trigger language plpgsql as $$
begin
  new.version := old.version + 1;
  new.updated_at := now();
  new.names_version := old.names_version;
  if new.email is distinct from old.email or new.external_id is distinct from old.external_id
      or new.deleted_at is distinct from old.deleted_at then
    new.names_version := old.names_version + 1;
  end if;
  return new;
end $$;
drop function names_hash(text, text, text);

-- The plan, as in the foundation, with what changes of a person's own fields in columns: nothing has to be taken apart when
-- it is applied. Narrow columns first, as those behind a text are found more slowly.
alter table plan_rows rename to plan_rows_before;
alter index plan_rows_pkey rename to plan_rows_before_pkey;
create table plan_rows (
  mass_edit_id bigint not null,
  user_id bigint not null,
  organization_id uuid not null,
  line integer not null,
  user_version integer,
  membership_version integer,
  -- Of everybody whom the person points at after this row, the names_version: together.
  named_as integer,
  -- How many attributes change.
  attributes_changed smallint not null default 0,
  restores boolean not null default false,
  -- Taken over, without being read; see docs/known-rows.md.
  known boolean not null default false,
  -- The row's identity finds somebody living: user_id, and where it contradicts itself also_finds too.
  finds boolean not null default false,
  participates boolean,
  row_hash uuid,
  also_finds bigint,
  action text not null check (action in ('create', 'update', 'unchanged', 'refused', 'skipped')),
  -- What changes of the person's own fields; null: it stays, an empty last_name: it is cleared. Of a row that comes to
  -- nothing, what it says of whom it is about.
  email text,
  external_id text,
  first_name text,
  last_name text,
  language text,
  -- Own field -> value before; only of those that change.
  before jsonb,
  -- Attribute id -> value; in attributes_after null clears.
  attributes_before jsonb,
  attributes_after jsonb,
  -- Attribute id -> whom the row names, changed or not; kept only where somebody may be deleted.
  people jsonb,
  -- Attribute id -> line of the row that gives somebody who is there already the name that they are named by.
  needs jsonb,
  backdates jsonb,
  primary key (mass_edit_id, line)
);
insert into plan_rows (mass_edit_id, user_id, organization_id, line, user_version, membership_version, attributes_changed,
  restores, participates, action, email, external_id, first_name, last_name, language, before, attributes_before,
  attributes_after, people, needs, backdates)
select mass_edit_id, user_id, organization_id, line, user_version, membership_version,
  coalesce((select count(*) from jsonb_object_keys(attributes_after)), 0), restores, (after ->> 'participates')::boolean, action,
  after ->> 'email', after ->> 'externalId', after ->> 'firstName',
  case when after ? 'lastName' then coalesce(after ->> 'lastName', '') end, after ->> 'language', before, attributes_before,
  attributes_after, people, needs, backdates
from plan_rows_before order by mass_edit_id, line;
drop table plan_rows_before;

-- Each person is touched by one row at most; also the order in which stages 5 to 7 walk.
create unique index plan_rows_in_order on plan_rows (mass_edit_id, user_id) where action in ('create', 'update');
create index plan_rows_refused on plan_rows (mass_edit_id, user_id) where action = 'refused';
create index plan_rows_needing on plan_rows (mass_edit_id, user_id) where needs is not null;
-- Those who are created stand in the order of their keys as in that of their lines, and are found by plan_rows_in_order.
create index plan_rows_by_action on plan_rows (mass_edit_id, action, line) where action in ('update', 'refused', 'skipped');

alter table plan_rows enable row level security;
alter table plan_rows force row level security;
create policy own_organization on plan_rows using (organization_id = (select current_organization()))
  with check (organization_id = (select current_organization()));
alter table plan_rows owner to mass_edit_owner;
grant select on plan_rows to mass_edit_api;
-- What a purged person's rows held goes with the person.
grant update (email, external_id, first_name, last_name, language, participates, before, attributes_before, attributes_after,
  row_hash, named_as) on plan_rows to mass_edit_api;
grant select, insert, update, delete, maintain on plan_rows to mass_edit_worker;
alter table plan_rows alter mass_edit_id set statistics 10, alter organization_id set statistics 10,
  alter line set statistics 10, alter action set statistics 10, alter user_id set statistics 10,
  alter user_version set statistics 10;

-- Whether an accepted row uses the name: of those that none uses no segment is made. What it is compared by is asked of the
-- few that somebody else may have made.
alter table planned_segments add column used boolean not null default true, drop column name_key;

-- The same as before; of plain ASCII with single spaces, nearly all, it is the lower case at a fifth of the cost.
create or replace function fold_name(value text) returns text
  language sql immutable parallel safe
  return lower((case when value ~ '^[!-~]+( [!-~]+)*$' then value
    else normalize(regexp_replace(btrim(value, E' \t\r\n\u00a0'), E'[\\s\u00a0]+', ' ', 'g'), NFC) end) collate "pg_unicode_fast");

-- Whom the rows were found to be about, as a digest, and the ids that were set aside for new people, as (first, how many)
-- pairs: an attempt that goes on finds the same or begins anew.
alter table mass_edits add column matched_as text, add column new_user_ids bigint[];

-- A CSV shrinks to a quarter, and so does the time to store it and to read it back.
alter table file_chunks add column deflated boolean not null default false;
