import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { StageDeps } from '../../activities/stage-runner/stage.ts';
import { connect, disconnect } from '../../db/client.ts';
import { ago } from '../support/days.ts';
import { newOrganization, openDatabase, storeMassEdit, type TestOrganization } from '../support/organization.ts';
import { snapshot } from '../support/snapshot.ts';
import { argumentOf, IN_ORDER, runActivity, runUpTo, shownAt } from '../support/stage.ts';
import { LANGUAGES, LIMITS } from '../support/worker.ts';

const sql = openDatabase();
let deps: StageDeps;
beforeAll(() => {
  deps = {
    ...{ db: connect(inject('workerDatabaseUrl'), { max: 4 }), limits: LIMITS },
    ...{ languages: LANGUAGES, chunkRows: 2 },
  };
});
afterAll(async () => {
  await disconnect(deps.db);
  await sql.end();
});

const PEOPLE = `Email;First name;Department;Salary;Participate in survey
hr@example.com;Hanna;HR;;
a@example.com;Ada;IT;1000;TRUE
b@example.com;Bo;IT;2000;TRUE
c@example.com;Cia;Sales;3000;TRUE
d@example.com;Dan;Sales;4000;FALSE
e@example.com;Eva;;5000;TRUE`;

/** Everything that stage 7 does: moves, cuts, deletes, earlier starts, clears, removals. Stage 5 restores a user. */
const EDIT = `Email;Department;Department backdate;Salary;Salary backdate;Participate in survey;Participate in survey backdate
a@example.com;Legal;${ago(40)};1000;${ago(80)};FALSE;${ago(50)}
b@example.com;#CLEAR;${ago(40)};2500;${ago(10)};;
c@example.com;IT;;3000;;FALSE;${ago(25)}
d@example.com;Legal;${ago(70)};4000;;TRUE;
e@example.com;Legal;${ago(40)};#CLEAR;${ago(85)};;`;

/** Six users with memberships of 60 days, earlier histories, and answers to two surveys. The file is stored. */
async function prepared() {
  const organization = await newOrganization(sql);
  const first = await storeMassEdit(sql, organization, PEOPLE);
  const firstRef = { organizationId: organization.id, massEditId: first.massEditId };
  await runUpTo({ ...deps, chunkRows: 100 }, firstRef, 'settle', async () => ({}));
  await runActivity(deps, 'settle', firstRef, 1, 'applied');
  await surroundings(organization);
  const { id, massEditId } = await storeMassEdit(sql, organization, EDIT);
  return { organization, id, ref: { organizationId: organization.id, massEditId }, shown: shownAt(sql, id) };
}

async function surroundings({ id }: TestOrganization): Promise<void> {
  await sql`update memberships set since = current_date - 60 where organization_id = ${id}`;
  await sql`insert into membership_periods (organization_id, user_id, attribute_id, period, value)
    select ${id}, m.user_id, k.key::bigint, daterange(current_date - days, current_date - days + 10), k.value
    from memberships m cross join jsonb_each(m.values) k cross join unnest(array[75, 90]) days where organization_id = ${id}`;
  await sql`insert into surveys (organization_id, name, sent_on)
    select ${id}, 'Pulse ' || days, current_date - days from unnest(array[20, 45]) days`;
  await sql`insert into answers (organization_id, survey_id, user_id, answered_on, question, score, comment, score_under, comment_under)
    select ${id}, s.id, u.id, s.sent_on + 1, 'How are you?', 4, 'Well', m.values, m.values
    from users u join memberships m on m.user_id = u.id, surveys s where u.organization_id = ${id} and s.organization_id = ${id}`;
  await sql`update answers set removed_at = now() - interval '3 days', removed_by_mass_edit = 0
    where user_id = (select id from users where organization_id = ${id} and email = 'd@example.com')`;
}

/** Reverts a stage by its before-images alone. An undo must do the same. */
async function takeBack(id: number, stage: 5 | 7): Promise<void> {
  await sql`update answers a set
      score_under = (a.score_under - array(select jsonb_object_keys(b.score_under_after))) || b.score_under_before,
      removed_at = case when b.participation is null then a.removed_at else b.removed_at end,
      removed_by_mass_edit = case when b.participation is null then a.removed_by_mass_edit else b.removed_by_mass_edit end
    from answers_before b where b.mass_edit_id = ${id} and b.stage = ${stage} and b.answer_id = a.id`;
  if (stage === 5) return;
  await sql`update memberships m set since_of = m.since_of || b.days from (
      select user_id, jsonb_object_agg(attribute_id, lower(period)::text) as days from periods_before
      where mass_edit_id = ${id} and upper_inf(period) group by user_id) b where b.user_id = m.user_id`;
  await sql`delete from membership_periods p using periods_before b where b.mass_edit_id = ${id} and p.user_id = b.user_id
    and p.attribute_id = b.attribute_id and p.period = b.period_after`;
  await sql`insert into membership_periods (organization_id, user_id, attribute_id, period, value)
    select organization_id, user_id, attribute_id, period, value from periods_before
    where mass_edit_id = ${id} and not upper_inf(period)`;
}

const live = async ({ id }: TestOrganization) => {
  const { memberships, periods, answers } = await snapshot(sql, id);
  return { memberships, periods, answers };
};

describe('before-images', () => {
  it('are enough to revert all changes of stage 7 and all that stage 5 restored', async () => {
    const { organization, ref, id, shown } = await prepared();
    await runUpTo(deps, ref, 'upsertUsers', shown);
    const untouched = await live(organization);
    await runActivity(deps, 'upsertUsers', ref);
    const returned = await live(organization);
    expect(returned.answers).not.toEqual(untouched.answers);
    await runActivity(deps, 'mutateAttributes', ref);
    const before = await live(organization);
    await runActivity(deps, 'backdateChanges', ref);
    const after = await live(organization);
    for (const kind of ['memberships', 'periods', 'answers'] as const)
      expect(after[kind], kind).not.toEqual(before[kind]);

    await takeBack(id, 7);
    expect(await live(organization)).toEqual(before);
    await takeBack(id, 5);
    expect((await live(organization)).answers).toEqual(untouched.answers);
  });

  it('name the user, the line and the kind of change', async () => {
    const { ref, id, shown } = await prepared();
    for (const step of IN_ORDER) await runActivity(deps, step, ref, 1, await argumentOf(step, shown));
    const answers = await sql`select u.email, b.line, b.stage, b.participation, count(*)::int as answers
      from answers_before b join users u on u.id = b.user_id where b.mass_edit_id = ${id} group by 1, 2, 3, 4 order by 1, 3, 4`;
    expect(answers.map((row) => Object.values(row))).toEqual([
      ['a@example.com', 2, 7, 'removed', 2],
      ['b@example.com', 3, 7, null, 1],
      ['c@example.com', 4, 7, 'removed', 1],
      ['d@example.com', 5, 5, 'returned', 2],
      ['d@example.com', 5, 7, null, 2],
      ['e@example.com', 6, 7, null, 2],
    ]);
    const [counts] = await sql`select counts ->> 'answersRemoved' as removed from mass_edits where id = ${id}`;
    expect(counts).toEqual({ removed: '3' });
    const periods = await sql`select distinct u.email, b.line from periods_before b join users u on u.id = b.user_id
      where b.mass_edit_id = ${id} order by 2`;
    expect(periods.map(({ line }) => line)).toEqual([2, 3, 5, 6]);
  });
});
