-- What names of attributes, segments and aliases are compared by: Unicode's compatibility forms (NFKC), without regard to
-- case (sharp s is ss, a final sigma is a sigma, the Turkish dotted and dotless i are i), curly quotes and long dashes as
-- those of a keyboard, spaces of any kind and number as one. The steps are those of `nameKey` in activities/rules/text.ts;
-- test/db/name-keys.test.ts compares the two for every character that the database knows.

alter table attributes drop constraint attributes_organization_id_name_key_key;
alter table segments drop constraint segments_attribute_id_name_key_key;
alter table segment_aliases drop constraint segment_aliases_pkey;

-- Spaces are those of JavaScript. Of plain ASCII with single spaces, nearly all, the key is the lower case at a fifth of the cost.
create or replace function fold_name(value text) returns text
  language sql immutable parallel safe
  return case when value ~ '^[!-~]+( [!-~]+)*$' then lower(value collate "pg_unicode_fast")
    else btrim(regexp_replace(normalize(replace(replace(lower(upper(lower(
      translate(normalize(replace(value, U&'\00b4', ''''), NFKC),
        U&'\2018\2019\201a\201b\02bc\201c\201d\201e\201f\2010\2011\2012\2013\2014\2015\2212', '''''''''''""""-------')
      collate "pg_unicode_fast"))), U&'\03c2', U&'\03c3'), U&'i\0307', 'i'), NFKC),
      U&'[\0009-\000d\0020\00a0\1680\2000-\200a\2028\2029\202f\205f\3000\feff]+', ' ', 'g'), ' ') end;

alter table attributes alter column name_key set expression as (fold_name(name));
alter table segments alter column name_key set expression as (fold_name(name));
alter table segment_aliases alter column alias_key set expression as (fold_name(alias));

-- Names that were told apart before and have one key now stay apart: the first is twin 0, the next 1. A name that is new
-- or changed is twin 0, so that there will be no more of them. A spelling means the twin that is spelled so.
alter table attributes add column twin smallint not null default 0;
alter table segments add column twin smallint not null default 0;
alter table segment_aliases add column twin smallint not null default 0;

update attributes a set twin = t.twin from (
  select id, row_number() over (partition by organization_id, name_key order by id) - 1 as twin from attributes) t
where t.id = a.id and t.twin > 0;
update segments s set twin = t.twin from (
  select id, row_number() over (partition by attribute_id, name_key order by id) - 1 as twin from segments) t
where t.id = s.id and t.twin > 0;
update segment_aliases l set twin = t.twin from (
  select ctid as at, row_number() over (partition by attribute_id, alias_key order by segment_id, alias) - 1 as twin
  from segment_aliases) t
where t.at = l.ctid and t.twin > 0;

alter table attributes add constraint attributes_organization_id_name_key_key unique (organization_id, name_key, twin);
alter table segments add constraint segments_attribute_id_name_key_key unique (attribute_id, name_key, twin);
alter table segment_aliases add constraint segment_aliases_pkey primary key (attribute_id, alias_key, twin);
