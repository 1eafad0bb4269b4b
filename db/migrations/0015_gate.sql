-- Why a mass edit waits for a person, with numbers, and which numbers an answer must carry; null where nothing was asked.
-- new_names: of columns that bring names of segments, how many; counted before the plan is frozen.
-- hierarchies_seen: the revision of the hierarchies by which cycles were looked for.
alter table mass_edits add column gate jsonb, add column new_names jsonb, add column hierarchies_seen integer;
update mass_edits set gate = jsonb_build_object(
  'reasons', case when deletions > 0 then jsonb_build_array(jsonb_build_object('reason', 'deletions', 'count', deletions,
      'ofUsers', of_users, 'deletedLastDay', 0, 'tokenHolders', 0, 'managers', 0, 'reports', 0)) else '[]' end
    || case when review = 'always' then '[{"reason": "review"}]'::jsonb else '[]' end,
  'countRequired', count_required, 'answersCountRequired', false)
where expires_at is not null;

-- Moves with each change by hand that can close a cycle: who a user points at in a hierarchy, and which attribute is one. A
-- time would not do: a change that began before a look at the hierarchies may be committed after it.
alter table organizations add column hierarchies_revision integer not null default 1;
grant update (hierarchies_revision) on organizations to mass_edit_api;

-- How many users who stay have a listed user above them; counted once, when the plan is frozen.
alter table missing_users add column reports integer not null default 0;
-- Who on the list has a token is looked up token by token: an organization has a few.
create index tokens_of_user on tokens (organization_id, user_id);
