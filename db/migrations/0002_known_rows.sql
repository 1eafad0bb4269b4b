-- Known rows: a row of a file that is byte for byte one that was accepted before, about a person whom nobody has changed
-- since, changes nothing and needs no reading. What makes that provable is kept here; docs/known-rows.md has the proof.

-- As users.version: whoever changes what a person is in moves it, so no writer can be overlooked.
alter table memberships add column version integer not null default 1;
create function memberships_touch() returns trigger language plpgsql as $$
begin
  new.version := old.version + 1;
  return new;
end $$;
create trigger memberships_touch before update on memberships for each row execute function memberships_touch();

-- Moves when the same cell may have come to mean something else: attributes, segments and aliases that were made, changed
-- or taken away by anybody but a mass edit, which only adds segments under names that nobody had.
alter table organizations add column vocabulary_revision integer not null default 1;
grant update (vocabulary_revision) on organizations to mass_edit_api, mass_edit_worker;

create function vocabulary_moved() returns trigger language plpgsql as $$
begin
  update organizations set vocabulary_revision = vocabulary_revision + 1
  where id in (select organization_id from moved);
  return null;
end $$;
create function segments_added() returns trigger language plpgsql as $$
begin
  update organizations set vocabulary_revision = vocabulary_revision + 1
  where id in (select organization_id from moved where created_by_mass_edit is null);
  return null;
end $$;

create trigger vocabulary_added after insert on attributes
  referencing new table as moved for each statement execute function vocabulary_moved();
create trigger vocabulary_changed after update on attributes
  referencing new table as moved for each statement execute function vocabulary_moved();
create trigger vocabulary_removed after delete on attributes
  referencing old table as moved for each statement execute function vocabulary_moved();
create trigger vocabulary_added after insert on segments
  referencing new table as moved for each statement execute function segments_added();
create trigger vocabulary_changed after update on segments
  referencing new table as moved for each statement execute function vocabulary_moved();
create trigger vocabulary_removed after delete on segments
  referencing old table as moved for each statement execute function vocabulary_moved();
create trigger vocabulary_added after insert on segment_aliases
  referencing new table as moved for each statement execute function vocabulary_moved();
create trigger vocabulary_changed after update on segment_aliases
  referencing new table as moved for each statement execute function vocabulary_moved();
create trigger vocabulary_removed after delete on segment_aliases
  referencing old table as moved for each statement execute function vocabulary_moved();

-- A person's names as one number, of one attribute that points at them: it is another once one of the names is.
create function names_hash(attribute text, email_key text, external_id_key text) returns bigint
  language sql immutable parallel safe
  return hashtextextended(coalesce(email_key, '') || E'\x01' || coalesce(external_id_key, ''), attribute::bigint);

-- row_hash: of the row's bytes; null where it may not be known again (something was found in it, it is backdated).
alter table staged_rows add column row_hash uuid;
-- named_as: names_hash() of everybody whom the row names, together. known: taken over, without being read.
alter table plan_rows add column row_hash uuid, add column named_as bigint, add column membership_version integer,
  add column known boolean not null default false;
grant update (row_hash, named_as) on plan_rows to mass_edit_api;

-- What rows were read by: equal where the same bytes mean the same.
alter table mass_edits add column row_context text;
