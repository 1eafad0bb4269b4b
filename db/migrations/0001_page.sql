-- What the page needs: sessions, for which it exchanges a token, and notices of what changes in a mass edit.

-- A session stands on a token and falls with it: whoever takes the token away ends its sessions. Only the hash of the
-- cookie is kept, as of the token.
create table sessions (
  id bigint generated always as identity primary key,
  public_id uuid not null unique default uuidv7(),
  organization_id uuid not null references organizations (id),
  token_id bigint not null references tokens (id) on delete cascade,
  hash bytea not null unique,
  expires_at timestamptz not null,
  created_at timestamptz not null default now()
);
create index sessions_of_token on sessions (token_id);
create index sessions_of_organization on sessions (organization_id, expires_at);

alter table sessions enable row level security;
alter table sessions force row level security;
create policy own_organization on sessions using (organization_id = (select current_organization()))
  with check (organization_id = (select current_organization()));
-- As own_token: whoever holds the cookie may see that one session's row before the organization is known.
create policy own_session on sessions for select
  using (hash = (select decode(nullif(current_setting('app.session_hash', true), ''), 'hex')));

alter table sessions owner to mass_edit_owner;
grant usage, select on sequence sessions_id_seq to mass_edit_api;
grant select, insert, delete on sessions to mass_edit_api;

-- Says which mass edit changed, to whoever listens: the organization's id and the mass edit's, nothing of what is in it.
-- PostgreSQL sends it with the commit, and once, however many rows a transaction changed.
create function mass_edits_notify() returns trigger language plpgsql as $$
begin
  perform pg_notify('mass_edit_changed', new.organization_id || ' ' || new.public_id);
  return null;
end $$;
create trigger mass_edits_notify after update on mass_edits for each row execute function mass_edits_notify();

create function stages_notify() returns trigger language plpgsql as $$
begin
  perform pg_notify('mass_edit_changed', m.organization_id || ' ' || m.public_id)
    from mass_edits m where m.id = new.mass_edit_id;
  return null;
end $$;
create trigger stages_notify after update on stages for each row execute function stages_notify();
