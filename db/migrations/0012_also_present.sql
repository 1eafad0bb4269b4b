-- Users that a row names beside the user it is about, by id: in lines that a cell has swallowed, or spelled otherwise. They
-- stand in the file, so they are not missing.
alter table plan_rows add column also_present jsonb;
