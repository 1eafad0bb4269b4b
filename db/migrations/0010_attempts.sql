-- Attempts of a stage since its checkpoint last moved: those that began, and those that failed for a reason of their own.
-- A stage that comes no further ends by them and is not tried for twelve hours.
alter table stages add column attempts integer not null default 0, add column failed_attempts integer not null default 0;
