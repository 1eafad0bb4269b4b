-- The list of who is missing is read page by page, and deleted from chunk by chunk: it is analyzed as soon as it is there.
alter table missing_users alter mass_edit_id set statistics 10, alter organization_id set statistics 10,
  alter user_id set statistics 10, alter kept set statistics 10;
grant maintain on missing_users to mass_edit_worker;
