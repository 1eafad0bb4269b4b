-- Headers of a file are kept in part only if they are longer than any of ours can be (a name of 200 characters and
-- " backdate"). Readings of earlier versions hold whole cells, up to 5 MB in each mass edit of a list.
update mass_edits m
set reading = jsonb_set(m.reading, '{header}', (
  select jsonb_agg(case when length(cell) > 209 then left(cell, 200) else cell end order by place)
  from jsonb_array_elements_text(m.reading -> 'header') with ordinality as h(cell, place)))
where jsonb_typeof(m.reading -> 'header') = 'array'
  and exists (select from jsonb_array_elements_text(m.reading -> 'header') as cell where length(cell) > 209);
