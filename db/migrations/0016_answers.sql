-- Answers that a mass edit takes out of reports are kept for 30 days, what stage 7 cuts is recorded, and live users are
-- counted twice. docs/architecture.md has the reasons.

-- Set: the answer is in no report. It comes back within 30 days, if its author takes part again.
alter table answers add column removed_at timestamptz, add column removed_by_mass_edit bigint;
create index answers_removed on answers (organization_id, removed_at) where removed_at is not null;

-- Before-images of answers: one row for each answer that a stage of a mass edit changed.
create table answers_before (
  mass_edit_id bigint not null,
  organization_id uuid not null,
  stage smallint not null check (stage in (5, 7)),
  answer_id bigint not null,
  user_id bigint not null,
  line integer not null,
  -- What the stage did: took the answer out of reports, or brought the answer back. Null: it only moved the score.
  participation text check (participation in ('removed', 'returned')),
  -- As they were; set where the answer came back.
  removed_at timestamptz,
  removed_by_mass_edit bigint,
  -- Of score_under, the attributes that changed: what the stage found, and what the stage wrote. An absent key is none.
  score_under_before jsonb not null default '{}',
  score_under_after jsonb not null default '{}',
  primary key (mass_edit_id, stage, answer_id)
);
create index answers_before_of_user on answers_before (organization_id, user_id);

-- Before-images of memberships that stage 7 deleted, shortened or began earlier. A period without an end is the present
-- membership. period_after is null where stage 7 deleted the period.
create table periods_before (
  mass_edit_id bigint not null,
  organization_id uuid not null,
  user_id bigint not null,
  attribute_id bigint not null,
  line integer not null,
  value jsonb not null,
  period daterange not null,
  period_after daterange,
  primary key (mass_edit_id, user_id, attribute_id, period)
);
create index periods_before_of_user on periods_before (organization_id, user_id);

-- Users who came to live or ceased to live by any writer but a stage of a mass edit: +1 or -1 each. Rows are only added,
-- so no writer waits for another one.
create table live_user_changes (
  organization_id uuid not null,
  change smallint not null check (change in (-1, 1))
);
create index live_user_changes_of_organization on live_user_changes (organization_id) include (change);

create function live_user_changed() returns trigger language plpgsql as $$
begin
  insert into live_user_changes (organization_id, change) values (
    case when tg_op = 'DELETE' then old.organization_id else new.organization_id end,
    case when tg_op = 'INSERT' or (tg_op = 'UPDATE' and new.deleted_at is null) then 1 else -1 end);
  return null;
end $$;
-- Each transaction of a stage has this name (holdFence in db/fence.ts), also of workers of earlier versions. The mass edit
-- counts by itself what its stages do.
create function is_stage() returns boolean language sql stable
  return coalesce(current_setting('application_name', true), '') like 'mass-edit stage of %';
create trigger live_user_added after insert on users for each row
  when (new.deleted_at is null and not is_stage()) execute function live_user_changed();
create trigger live_user_changed after update of deleted_at on users for each row
  when ((old.deleted_at is null) <> (new.deleted_at is null) and not is_stage()) execute function live_user_changed();
create trigger live_user_removed after delete on users for each row
  when (old.deleted_at is null and not is_stage()) execute function live_user_changed();

do $$
declare t text;
begin
  foreach t in array array['answers_before', 'periods_before', 'live_user_changes']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy own_organization on %I using (organization_id = (select current_organization()))
      with check (organization_id = (select current_organization()))', t);
    execute format('alter table %I owner to mass_edit_owner', t);
  end loop;
end $$;
grant select, delete on answers_before, periods_before to mass_edit_api;
grant select, insert, delete on answers_before, periods_before to mass_edit_worker;
grant select, insert on live_user_changes to mass_edit_api, mass_edit_worker;

-- of_users is the number of live users when the plan was frozen, users_mark the sum of
-- live_user_changes in the same snapshot. Null: the plan was frozen by an earlier version, and nothing is compared.
alter table mass_edits add column users_mark bigint,
  -- At the end: how many users others added meanwhile (less those that they deleted), how many should be live, and are.
  add column users_by_others integer, add column users_expected integer, add column users_after integer;
