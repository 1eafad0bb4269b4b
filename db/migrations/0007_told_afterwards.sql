-- PostgreSQL lets transactions that notify commit one after the other, each with its wait for the disk. A worker of this
-- version tells of its changes in a transaction of its own after the commit, and says so in every transaction that changes
-- something. Of all other changes (by the API, by a worker of the version before) the triggers tell as they did.
create or replace trigger mass_edits_notify after update on mass_edits for each row
  when (current_setting('app.told_afterwards', true) is distinct from 'on') execute function mass_edits_notify();
create or replace trigger stages_notify after update on stages for each row
  when (current_setting('app.told_afterwards', true) is distinct from 'on') execute function stages_notify();
