-- Links that sign a browser in once. Each belongs to a token, is used up by the sign-in, and ends with the token. Only
-- the hash of its code is stored, as for the token.
create table sign_in_links (
  id bigint generated always as identity primary key,
  organization_id uuid not null references organizations (id),
  token_id bigint not null references tokens (id) on delete cascade,
  hash bytea not null unique,
  expires_at timestamptz not null,
  created_at timestamptz not null default now()
);
create index sign_in_links_of_token on sign_in_links (token_id);
create index sign_in_links_of_organization on sign_in_links (organization_id, expires_at);

alter table sign_in_links enable row level security;
alter table sign_in_links force row level security;
create policy own_organization on sign_in_links using (organization_id = (select current_organization()))
  with check (organization_id = (select current_organization()));
-- As own_token: a client with the code lets the API see that one row before the organization is known.
create policy own_link on sign_in_links for select to mass_edit_api
  using (hash = (select decode(nullif(current_setting('app.link_hash', true), ''), 'hex')));

alter table sign_in_links owner to mass_edit_owner;
grant select, insert, delete on sign_in_links to mass_edit_api;
