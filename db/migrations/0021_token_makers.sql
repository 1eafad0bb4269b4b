-- The maker of a token. created_by: the user who made it by the API; null: the operator, or an earlier version. makers:
-- that user and the makers of the token that the user made it with. A deleted token leaves no gap in the chain.
alter table tokens add column created_by bigint, add column makers bigint[] not null default '{}';

-- A token ends with its user. Earlier versions kept the token of a deleted user, and a restored user had it again.
-- Sessions end with the token.
delete from tokens t using users u where u.id = t.user_id and u.deleted_at is not null;

-- The number of tokens that ended with a user that a mass edit deleted.
alter table missing_users add column tokens_ended integer;

-- A stage that deletes or restores users ends their tokens. The foreign key deletes the sessions, as the owner of the
-- table. The worker reads no hash.
grant select (organization_id, user_id, expires_at), delete on tokens to mass_edit_worker;
