-- What runs the service, and nothing of an organization: apart from the tables of `public`, of which each row belongs to one.
create schema operations authorization mass_edit_owner;

-- One row for each lane of each worker process, written every few seconds while the worker is well. The engine's own list of
-- pollers does not say who is there: a worker whose slots are all in use does not poll, and one that was killed is listed for
-- minutes. What is lost with a crash of PostgreSQL is written again by the next beat, so it needs no WAL.
create unlogged table operations.workers (
  process uuid not null,
  lane text not null check (lane in ('small', 'large')),
  task_queue text not null,
  seen_at timestamptz not null default now(),
  primary key (process, lane)
);
alter table operations.workers owner to mass_edit_owner;
grant usage on schema operations to mass_edit_api, mass_edit_worker;
grant select on operations.workers to mass_edit_api;
grant select, insert, update, delete on operations.workers to mass_edit_worker;

-- Who answered or cancelled in the engine's own UI or CLI, by the identity that the engine has noted with the signal. Null if a
-- user of the organization or the clock did.
alter table mass_edits add column answered_by_operator text check (length(answered_by_operator) between 1 and 200);
