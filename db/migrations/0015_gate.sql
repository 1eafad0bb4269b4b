-- Why a mass edit waits for a person, with numbers, and which numbers an answer must carry; null where nothing was asked.
-- new_names: of columns that bring names of segments, how many; counted before the plan is frozen.
alter table mass_edits add column gate jsonb, add column new_names jsonb;
update mass_edits set gate = jsonb_build_object(
  'reasons', case when deletions > 0 then jsonb_build_array(jsonb_build_object('reason', 'deletions', 'count', deletions,
      'ofUsers', of_users, 'deletedLastDay', 0)) else '[]' end
    || case when review = 'always' then '[{"reason": "review"}]'::jsonb else '[]' end,
  'countRequired', count_required, 'answersCountRequired', false)
where expires_at is not null;
