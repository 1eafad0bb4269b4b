-- The purge deletes answers and before-images by two more times: when an answer went out of reports, and when a mass edit
-- ended. Here, too, the purge takes nothing that a role chose. The API brings answers back and takes none out; the worker
-- writes the time of its transaction.

-- Policies and triggers need these locks, in the order in which stages take them.
lock table mass_edits, answers in access exclusive mode;

create policy no_removal on answers as restrictive for update to mass_edit_api using (true) with check (removed_at is null);

create or replace function refuse_past_deletion() returns trigger language plpgsql as $$
begin
  raise exception 'a row of % cannot be over in the past', tg_table_name using errcode = 'insufficient_privilege';
end $$;
create trigger answers_removed_now before update of removed_at on answers for each row
  when (new.removed_at < now() and new.removed_at is distinct from old.removed_at and current_user = 'mass_edit_worker')
  execute function refuse_past_deletion();
create trigger mass_edits_ended_now before update of ended_at on mass_edits for each row
  when (new.ended_at < now() and new.ended_at is distinct from old.ended_at and current_user = 'mass_edit_worker')
  execute function refuse_past_deletion();
