-- Findings beyond those that a mass edit lists: how many, by stage and code. Rows are only added, also with a negative count
-- where a finding is taken back, so that chunks which are written at the same time do not wait for each other.
create table findings_left_out (
  mass_edit_id bigint not null,
  organization_id uuid not null,
  stage integer not null check (stage between 1 and 7),
  severity text not null check (severity in ('error', 'warning')),
  code text not null,
  count integer not null
);
create index findings_left_out_of_mass_edit on findings_left_out (mass_edit_id);
alter table findings_left_out enable row level security;
alter table findings_left_out force row level security;
create policy own_organization on findings_left_out using (organization_id = (select current_organization()))
  with check (organization_id = (select current_organization()));
alter table findings_left_out owner to mass_edit_owner;
grant select on findings_left_out to mass_edit_api;
grant select, insert, delete on findings_left_out to mass_edit_worker;

-- How many findings are listed. Fixed when the mass edit is made, so that every attempt of a stage counts by the same number.
alter table mass_edits add column findings_listed integer not null default 100000 check (findings_listed > 0);
-- Warnings that hold only if the row is applied: that a deleted person comes back, and what that person no longer points at.
alter table plan_rows add column promises smallint not null default 0;

-- A file that is no CSV is not kept: its chunks are deleted at the end of the mass edit, which keeps name, size and digest.
alter table mass_edits add column file_kept boolean not null default true;
grant delete on file_chunks to mass_edit_worker;
