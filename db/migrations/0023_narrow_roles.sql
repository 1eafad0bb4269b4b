-- Each role may do what its code does, and nothing else. docs/architecture.md has the table; test/db/privileges.txt has
-- every privilege. The privileges on the database (CONNECT, TEMP) are in db/migrate.ts, because a dump does not include
-- them.

-- Policies and triggers need these locks. Requests and stages take them in this order, so that none of them and the
-- migration wait for each other.
lock table sessions, tokens, mass_edits, organizations, users in access exclusive mode;

-- How long a deleted user can be restored, and how long before-images are kept. db/people/retention.ts calls it.
create function kept() returns interval language sql immutable parallel safe return interval '30 days';

-- The purge. The API may call these functions and may not delete from the tables itself. They have no arguments: the
-- clock and the rows decide what has expired. The owner is under row-level security too, so the functions see only the
-- rows of the transaction's organization. Each call deletes a part and returns its number of rows, 0 if nothing is
-- left.

-- Deletes users who were deleted longer ago than kept(): the user, memberships, tokens, changes, and the user's data in
-- plan rows. Answers in reports stay, without an author. A user of an open mass edit waits for its end.
create function purge_deleted_users() returns integer
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  gone bigint[] := array(
    select u.id from users u
    where u.deleted_at < now() - kept() and u.id not in (
      select p.user_id from plan_rows p where p.mass_edit_id in (select id from mass_edits where state <> 'ended'))
    order by u.id limit 500 for update of u skip locked);
begin
  if cardinality(gone) = 0 then return 0; end if;
  -- It stays recorded that rows changed a user; the changed values go. Each kind of row has an index of its own.
  update plan_rows set email = null, external_id = null, first_name = null, last_name = null, language = null,
    participates = null, before = null, attributes_before = null, attributes_after = null, row_hash = null, named_as = null
  where mass_edit_id in (select id from mass_edits) and user_id = any(gone) and action in ('create', 'update');
  update plan_rows set email = null, external_id = null, first_name = null, last_name = null, language = null,
    participates = null, before = null, attributes_before = null, attributes_after = null, row_hash = null, named_as = null
  where mass_edit_id in (select id from mass_edits) and user_id = any(gone) and action in ('refused');
  update plan_rows set email = null, external_id = null, first_name = null, last_name = null, language = null,
    participates = null, before = null, attributes_before = null, attributes_after = null, row_hash = null, named_as = null
  where mass_edit_id in (select id from mass_edits) and user_id = any(gone) and action in ('skipped');
  -- Rows that changed nothing have a digest, which is read in the newest mass edit of each context only.
  update plan_rows set row_hash = null, named_as = null
  where mass_edit_id in (select max(id) from mass_edits group by row_context) and user_id = any(gone) and row_hash is not null;
  delete from tokens where user_id = any(gone);
  delete from changes where user_id = any(gone);
  delete from answers where user_id = any(gone) and removed_at is not null;
  delete from answers_before where user_id = any(gone);
  delete from periods_before where user_id = any(gone);
  delete from membership_periods where user_id = any(gone);
  delete from memberships where user_id = any(gone);
  delete from users where id = any(gone);
  return cardinality(gone);
end $$;

-- Deletes answers that have been out of reports for kept(), and before-images of mass edits that ended so long ago.
create function purge_removed_answers() returns integer
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  -- Rows of each table in one transaction: about 100 ms.
  part constant integer := 5000;
  organization constant uuid := current_organization();
  deleted integer;
  total integer := 0;
begin
  delete from answers where ctid = any(array(
    select ctid from answers where organization_id = organization and removed_at < now() - kept() limit part));
  get diagnostics deleted = row_count;
  total := total + deleted;
  delete from answers_before where ctid = any(array(
    select ctid from answers_before where organization_id = organization
      and mass_edit_id in (select id from mass_edits where ended_at < now() - kept()) limit part));
  get diagnostics deleted = row_count;
  total := total + deleted;
  delete from periods_before where ctid = any(array(
    select ctid from periods_before where organization_id = organization
      and mass_edit_id in (select id from mass_edits where ended_at < now() - kept()) limit part));
  get diagnostics deleted = row_count;
  return total + deleted;
end $$;

-- The reconciler looks at mass edits of all organizations. Only these functions see them, by a policy for their owner,
-- and they return four columns. The rest is read in a transaction of the one organization.
drop policy sweep on mass_edits;
drop policy sweep on organizations;
create policy sweep on mass_edits for select to mass_edit_owner using ((select current_setting('app.sweep', true)) = 'on');
create policy sweep on organizations for select to mass_edit_owner using ((select current_setting('app.sweep', true)) = 'on');

-- Open mass edits, the oldest first. run_id is null if the engine has not started the mass edit. unheard: a user
-- answered or cancelled, and nothing has changed since; an expiry does not count, because the engine decided it. An
-- upload or an answer younger than two seconds is left out, because its own request is still signalling the engine.
create function sweep_mass_edits() returns table (organization_id uuid, mass_edit_id uuid, run_id text, unheard boolean)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp set app.sweep = 'on'
begin atomic
  select m.organization_id, m.public_id, m.workflow_run_id, m.workflow_run_id is not null and coalesce(
      (m.state = 'awaiting_approval' and m.decision <> 'expire' and m.decided_at < now() - interval '2 seconds')
      or m.cancel_requested_at < now() - interval '2 seconds', false)
  from mass_edits m
  where m.state <> 'ended' and (m.workflow_run_id is not null or m.created_at < now() - interval '2 seconds') order by m.id;
end;

create function sweep_organizations() returns table (organization_id uuid)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp set app.sweep = 'on'
begin atomic
  select o.id from organizations o order by o.id;
end;

-- Numbers of the open mass edits of all organizations: how many are in each state, the age of the oldest one, and the
-- longest wait for an answer.
create function count_open_mass_edits() returns table (state text, count integer, open_s float, wait_s float)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp set app.sweep = 'on'
begin atomic
  select m.state, count(*)::integer, extract(epoch from now() - min(m.created_at))::float,
    coalesce(extract(epoch from now() - min(m.frozen_at) filter (where m.decision is null)), 0)::float
  from mass_edits m where m.state <> 'ended' group by m.state;
end;

-- Only the API signs users in.
alter policy own_token on tokens to mass_edit_api;
alter policy own_session on sessions to mass_edit_api;
-- A role cannot choose what the purge deletes. The API restores users and deletes none: a user that it has changed is
-- not deleted. The worker deletes users at the time of its transaction.
create policy no_deletion on users as restrictive for update to mass_edit_api using (true) with check (deleted_at is null);
create function refuse_past_deletion() returns trigger language plpgsql as $$
begin
  raise exception 'a user cannot be deleted in the past' using errcode = 'insufficient_privilege';
end $$;
create trigger users_deleted_now before update of deleted_at on users for each row
  when (new.deleted_at < now() and new.deleted_at is distinct from old.deleted_at and current_user = 'mass_edit_worker')
  execute function refuse_past_deletion();

-- Tables. A lock FOR UPDATE or FOR SHARE needs UPDATE of one column. An identity column needs no privilege of its sequence.
revoke all on all sequences in schema public from mass_edit_api, mass_edit_worker;
revoke all on organizations, users, attributes, segments, segment_aliases, memberships, membership_periods, surveys, answers,
  tokens, sessions, files, file_chunks, mass_edits, stages, planned_segments, plan_rows, missing_users, findings,
  findings_left_out, changes, answers_before, periods_before, live_user_changes from mass_edit_api, mass_edit_worker;

grant select on organizations, users, attributes, segments, segment_aliases, memberships, membership_periods, surveys, answers,
  tokens, sessions, files, file_chunks, mass_edits, stages, planned_segments, plan_rows, missing_users, findings,
  findings_left_out, changes to mass_edit_api;
grant select (mass_edit_id, organization_id, stage, answer_id, participation) on answers_before to mass_edit_api;
grant insert on organizations, attributes, segments, segment_aliases, memberships, membership_periods, surveys, answers, tokens,
  sessions, files, file_chunks, live_user_changes to mass_edit_api;
grant update (vocabulary_revision, hierarchies_revision) on organizations to mass_edit_api;
grant insert (organization_id, email, external_id, first_name, last_name, language, participates, role) on users to mass_edit_api;
grant update (email, external_id, first_name, last_name, language, participates, role, version, deleted_at) on users
  to mass_edit_api;
grant update (name, hierarchy, twin) on attributes to mass_edit_api;
grant update (name, twin, lower_number, upper_number, lower_day, upper_day) on segments to mass_edit_api;
grant delete on segment_aliases, tokens, sessions, files to mass_edit_api;
grant update (values, since_of) on memberships to mass_edit_api;
grant update (removed_at, removed_by_mass_edit) on answers to mass_edit_api;
-- For the lock of the token that authorizes a request.
grant update (name) on tokens to mass_edit_api;
-- The columns that uploads, answers and cancellations write. State, plan and outcome are the worker's.
grant insert (organization_id, file_id, file_name, size_bytes, sha256, reset_empty_fields, delete_missing_users, review,
  approval_timeout_ms, idempotency_key, request_fingerprint, started_by, findings_listed) on mass_edits to mass_edit_api;
grant update (workflow_run_id, decision, decided_by, decided_at, cancel_requested_at, cancel_requested_by) on mass_edits
  to mass_edit_api;
grant insert (mass_edit_id, organization_id, number) on stages to mass_edit_api;
-- Changes by hand: their time is the clock's, and they belong to no mass edit.
grant insert (organization_id, user_id, by_user, before, after) on changes to mass_edit_api;

grant select on organizations, users, attributes, segments, segment_aliases, memberships, membership_periods, surveys, answers,
  file_chunks, mass_edits, stages, planned_segments, plan_rows, missing_users, findings, findings_left_out, answers_before,
  live_user_changes to mass_edit_worker;
grant update (vocabulary_revision) on organizations to mass_edit_worker;
-- A mass edit never changes a role.
grant insert (id, organization_id, email, external_id, first_name, last_name, language, participates) on users
  to mass_edit_worker;
grant update (email, external_id, first_name, last_name, language, participates, version, deleted_at) on users
  to mass_edit_worker;
grant insert (id, organization_id, attribute_id, name, created_by_mass_edit) on segments to mass_edit_worker;
grant insert on memberships to mass_edit_worker;
grant update (values, since_of) on memberships to mass_edit_worker;
grant insert, delete on membership_periods to mass_edit_worker;
grant update (period) on membership_periods to mass_edit_worker;
grant update (score_under, removed_at, removed_by_mass_edit) on answers to mass_edit_worker;
-- Users with tokens are counted, and tokens and sessions of deleted users are deleted. No hash is read.
grant select (id, organization_id, user_id, expires_at), delete on tokens to mass_edit_worker;
grant select (id, organization_id, token_id), delete on sessions to mass_edit_worker;
grant delete on file_chunks to mass_edit_worker;
-- The uploader, the file and the options stay as the API stored them: they are what was approved.
grant update (state, outcome, reading, rows, parent_id, run_ids, fence_run, fence_stage, fence_attempt, plan_counts, frozen_at,
  list_digest, deletions, of_users, count_required, expires_at, decision, decided_by, decided_at, cancel_requested_at,
  cancel_requested_by, applied_on, failure, counts, ended_at, row_context, matched_as, new_user_ids, file_kept, gate, new_names,
  hierarchies_seen, users_mark, users_by_others, users_expected, users_after, answered_by_operator) on mass_edits
  to mass_edit_worker;
grant update (status, step, "cursor", done, total, result, started_at, ended_at, attempts, failed_attempts) on stages
  to mass_edit_worker;
grant insert, update, delete on planned_segments, plan_rows, missing_users to mass_edit_worker;
grant insert, delete on findings, findings_left_out to mass_edit_worker;
grant insert (organization_id, user_id, by_user, mass_edit_id, before, after) on changes to mass_edit_worker;
grant insert on answers_before, periods_before, live_user_changes to mass_edit_worker;
grant maintain on users, plan_rows, missing_users, findings to mass_edit_worker;
-- Ids that are reserved before their rows are written.
grant usage on sequence users_id_seq, segments_id_seq to mass_edit_worker;

-- Functions and schemas. PUBLIC has no privilege here: a later migration must grant each function to its callers. The
-- owner needs the schema for foreign keys, which PostgreSQL checks as the owner of the table.
revoke all on schema public from public;
grant usage on schema public to mass_edit_owner;
revoke execute on all functions in schema public from public;
alter default privileges revoke execute on functions from public;
alter default privileges for role mass_edit_owner revoke execute on functions from public;
do $$
declare f regprocedure;
begin
  for f in select p.oid::regprocedure from pg_proc p where p.pronamespace = 'public'::regnamespace
    and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
  loop
    execute format('alter function %s owner to mass_edit_owner', f);
  end loop;
end $$;
grant execute on function current_organization(), fold(text), fold_name(text), is_stage(), kept()
  to mass_edit_api, mass_edit_worker;
grant execute on function whole_years(date, date), purge_deleted_users(), purge_removed_answers(), sweep_mass_edits(),
  sweep_organizations(), count_open_mass_edits() to mass_edit_api;
-- Large objects are under no row-level security, and neither role needs one.
revoke execute on function lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea) from public;
