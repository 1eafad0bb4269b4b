-- The attribute that holds dates of birth, so that it is known by another name too. Organizations have had it from the
-- beginning: the standard attributes were made in one statement with the organization, and it is the fifth of them.
alter table attributes add column is_birth boolean not null default false, add check (not is_birth or type = 'dates');

with standard as (
  select a.id, a.type, row_number() over (partition by a.organization_id order by a.id) as place
  from attributes a join organizations o on o.id = a.organization_id and a.created_at = o.created_at
)
update attributes a set is_birth = true from standard s where a.id = s.id and s.place = 5 and s.type = 'dates';
