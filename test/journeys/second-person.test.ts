import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MassEditJson } from '../../api/mass-edits/json/mass-edit-schema.ts';
import { type Client, tokenBy } from '../support/client.ts';
import { ADMIN, type Organization, type Product, startProduct } from '../support/product.ts';

const NAMES = ['ann', 'bo', 'cy', 'di', 'ed', 'flo', 'gus', 'hal'];
const emailOf = (name: string): string => `${name}@example.com`;
const FILE = ['Email;External Id;First name', ...NAMES.map((name) => `${emailOf(name)};;${name}`), ';K1;Kim', ''].join(
  '\n',
);
const RENAMED = 'Email;First name\nann@example.com;Annika\n';
const REVIEW = { review: 'always' } as const;

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.close());

/** Hanna, the first admin, created all users by a file. Ann is an admin too, and uploads. */
async function founded(): Promise<{ hanna: Organization; ann: Client }> {
  const hanna = await product.newOrganization({ secondApprover: true });
  expect((await hanna.run(FILE)).counts.created).toBe(NAMES.length + 1);
  await hanna.change(emailOf('ann'), { role: 'admin' });
  return { hanna, ann: await hanna.as(emailOf('ann'), 'admin') };
}

/** The result of an approval. A refusal has its reason in `because`, and the possible remedies. */
async function answerOf(who: Client, waiting: MassEditJson): Promise<unknown> {
  const { status, body } = await who.approve(waiting);
  if (status === 202) return 'taken';
  const { code, because, detail } = body as typeof body & { because?: string };
  expect([status, code, detail]).toEqual([403, 'second_person_required', expect.stringContaining('uploader')]);
  return because;
}

const deleted = (of: Client, name: string) => product.sql`update users set deleted_at = now()
  where organization_id = ${of.organizationId} and email = ${emailOf(name)}`;

describe('a second person', () => {
  it('can be a user whose token another administrator or the operator made', async () => {
    for (const [who, by] of [
      ['bo', 'as'],
      ['cy', 'byOperator'],
    ] as const) {
      const { hanna, ann } = await founded();
      const second = await hanna[by](emailOf(who), 'approver');
      const waiting = await ann.toGate(RENAMED, REVIEW);
      expect(await answerOf(ann, waiting)).toBe('uploader');
      expect(await answerOf(second, waiting)).toBe('taken');
      expect(await hanna.reaches(waiting, 'ended')).toMatchObject({ outcome: 'completed', decidedBy: emailOf(who) });
    }
  });

  it('cannot use a token that the uploader made, for any user, through any number of tokens', async () => {
    const { hanna, ann } = await founded();
    const hannas = await tokenBy(ann, ADMIN, 'admin');
    const chain = await tokenBy(hannas, ADMIN, 'admin');
    const tokens = [await tokenBy(ann, emailOf('bo'), 'approver'), hannas, chain];
    for (const maker of [hannas, chain]) tokens.push(await tokenBy(maker, emailOf('cy'), 'approver'));
    const waiting = await ann.toGate(RENAMED, REVIEW);
    // After the upload too.
    tokens.push(await tokenBy(ann, emailOf('di'), 'approver'));
    const { body } = await ann.json<{ items: { id: string; createdBy: string | null }[] }>('GET', '/tokens?limit=200');
    expect(body.items.map(({ createdBy }) => createdBy)).toEqual([
      ...[null, ADMIN, emailOf('ann'), ADMIN, emailOf('ann'), ADMIN, ADMIN, emailOf('ann')],
    ]);
    for (const token of tokens) expect(await answerOf(token, waiting)).toBe('token');
    // Two tokens in the middle of the chain are taken away.
    for (const place of [2, 3]) expect((await ann.json('DELETE', `/tokens/${body.items[place]?.id}`)).status).toBe(204);
    expect(await answerOf(tokens[4]!, waiting)).toBe('token');
    expect(await answerOf(hanna, waiting)).toBe('taken');
  });

  it('cannot be a user that the uploader or the uploader’s file created, restored, or gave an email or external id', async () => {
    const { hanna, ann } = await founded();
    // The operator's token is older than the changes to bo and cy.
    const [bo, cy, kim] = await Promise.all([
      ...['bo', 'cy'].map((name) => hanna.byOperator(emailOf(name), 'approver')),
      hanna.byOperator('K1', 'approver'),
    ]);
    const { id } = (await ann.user(emailOf('bo')))!;
    await ann.json('PATCH', `/users/${id}`, { email: 'bo.berg@example.com' });
    const { id: cysId } = (await ann.user(emailOf('cy')))!;
    await ann.json('PATCH', `/users/${cysId}`, { externalId: 'C-1' });
    const { id: disId } = (await ann.user(emailOf('di')))!;
    await deleted(hanna, 'di');
    await deleted(hanna, 'ed');
    expect((await ann.json('POST', `/users/${disId}/restoration`)).status).toBe(200);
    const file = 'Email;External Id;First name\nkim@example.com;K1;\ned@example.com;;ed\nnew@example.com;;New\n';
    const waiting = await ann.toGate(file, REVIEW);
    const di = await hanna.byOperator(emailOf('di'), 'approver');
    for (const user of [bo, cy, di]) expect(await answerOf(user!, waiting)).toBe('user');
    expect(await answerOf(hanna, waiting)).toBe('taken');
    expect((await hanna.reaches(waiting, 'ended')).counts).toMatchObject({ created: 1, updated: 2, restored: 1 });

    const next = await ann.toGate(RENAMED, REVIEW);
    const brought = await Promise.all(['ed', 'new'].map((name) => hanna.byOperator(emailOf(name), 'approver')));
    for (const user of [...brought, kim]) expect(await answerOf(user!, next)).toBe('user');
    expect(await answerOf(hanna, next)).toBe('taken');
  });

  it('cannot be a user with a token of an administrator that the uploader created or changed before', async () => {
    const { hanna, ann } = await founded();
    await ann.run('Email;First name\nnew@example.com;New\n');
    const flo = await hanna.as(emailOf('flo'), 'approver');
    await hanna.change('new@example.com', { role: 'admin' });
    const confederate = await hanna.byOperator('new@example.com', 'admin');
    const gus = await tokenBy(confederate, emailOf('gus'), 'approver');
    const { id } = (await ann.user(ADMIN))!;
    await ann.json('PATCH', `/users/${id}`, { email: 'hanna@example.com' });
    const hal = await hanna.as(emailOf('hal'), 'approver');
    const waiting = await ann.toGate(RENAMED, REVIEW);
    for (const user of [gus, hal]) expect(await answerOf(user, waiting)).toBe('maker');
    expect(await answerOf(hanna, waiting)).toBe('user');
    // Hanna made this one before.
    expect(await answerOf(flo, waiting)).toBe('taken');
  });

  it('cannot use a session on such a token, and is not needed for an answer without deletions', async () => {
    const { hanna, ann } = await founded();
    const bo = await tokenBy(ann, emailOf('bo'), 'approver');
    const signedIn = await fetch(`${product.url}/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: bo.token }),
    });
    const cookie = signedIn.headers.getSetCookie()[0]!.split(';')[0]!;
    const waiting = await ann.toGate(FILE.replace('hal@example.com;;hal\n', ''), {
      ...REVIEW,
      deleteMissingUsers: true,
    });
    const answer = await fetch(
      `${product.url}/v1/organizations/${bo.organizationId}/mass-edits/${waiting.id}/approval`,
      {
        method: 'POST',
        headers: { cookie, 'x-mass-edit-page': '1', 'content-type': 'application/json' },
        body: JSON.stringify({ decision: 'approve', listDigest: waiting.deletion?.listDigest, acknowledged: true }),
      },
    );
    expect([answer.status, await answer.json()]).toMatchObject([403, { code: 'second_person_required' }]);
    const skipped = await bo.skipDeletions(waiting);
    expect([skipped.status, skipped.body.code]).toEqual([403, 'second_person_required']);
    expect((await hanna.skipDeletions(waiting)).status).toBe(202);
  });

  it('is not needed for other reasons, or in an organization that demands none', async () => {
    const hanna = await product.newOrganization();
    await hanna.run(FILE);
    const waiting = await hanna.toGate(RENAMED, REVIEW);
    expect(await answerOf(await hanna.as(emailOf('bo'), 'approver'), waiting)).toBe('taken');
  });
});
