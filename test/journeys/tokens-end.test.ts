import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, clientOf } from '../support/client.ts';
import { lockUser } from '../support/lock-rows.ts';
import { ADMIN, type Organization, type Product, startProduct } from '../support/product.ts';
import { until } from '../support/until.ts';

const ANN = 'ann@example.com';
const BO = 'bo@example.com';
const BOTH = `Email;First name\n${ANN};Ann\n${BO};Bo\n`;
const ANN_ONLY = `Email;First name\n${ANN};Ann\n`;

let product: Product;
beforeAll(async () => {
  product = await startProduct({ chunkRows: 1 });
});
afterAll(() => product.close());

async function filled(): Promise<Organization> {
  const organization = await product.newOrganization();
  await organization.run(BOTH);
  return organization;
}

const statusOf = async (who: Client, path = '/attributes'): Promise<number> => (await who.json('GET', path)).status;

async function cookieOf({ token }: Client): Promise<string> {
  const answer = await fetch(`${product.url}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  expect(answer.status).toBe(200);
  return answer.headers.getSetCookie()[0]!.split(';')[0]!;
}

const statusBy = async (cookie: string): Promise<number> =>
  (await fetch(`${product.url}/v1/session`, { headers: { cookie } })).status;

const storedOf = async ({ organizationId }: Client, email: string) => {
  const [row] = await product.sql<{ tokens: number; sessions: number }[]>`
    select count(distinct t.id)::int as tokens, count(s.id)::int as sessions from users u
    left join tokens t on t.user_id = u.id left join sessions s on s.token_id = t.id
    where u.organization_id = ${organizationId} and u.email = ${email}`;
  return row;
};

/** Deletes Bo by a file, as the stage does. */
async function deleteBo(organization: Organization): Promise<string> {
  const waiting = await organization.toGate(ANN_ONLY);
  expect((await organization.approve(waiting)).status).toBe(202);
  expect((await organization.reaches(waiting, 'ended')).counts.deleted).toBe(1);
  return waiting.id;
}

describe('the tokens of a user', () => {
  it('and their sessions end when a mass edit deletes the user, and no restoration by hand revives them', async () => {
    const organization = await filled();
    const [bo, other, ann] = [
      ...[await organization.as(BO, 'editor'), await organization.as(BO, 'viewer')],
      await organization.as(ANN, 'viewer'),
    ];
    const cookie = await cookieOf(bo!);
    expect(await statusBy(cookie)).toBe(200);
    const { id } = (await organization.user(BO))!;
    const edit = await deleteBo(organization);
    expect(await storedOf(organization, BO)).toEqual({ tokens: 0, sessions: 0 });
    const { items } = (await organization.json<{ items: object[] }>('GET', `/mass-edits/${edit}/rows?show=deleted`))
      .body;
    // The number of ended tokens stays in the record.
    expect(items).toMatchObject([{ user: { email: BO }, tokens: 2 }]);
    expect((await organization.json('POST', `/users/${id}/restoration`)).status).toBe(200);
    expect([await statusOf(bo!), await statusOf(other!), await statusBy(cookie), await statusOf(ann!)]).toEqual([
      ...[401, 401, 401, 200],
    ]);
  });

  it('are not revived by a file that restores the user', async () => {
    const organization = await filled();
    const bo = await organization.as(BO, 'editor');
    await deleteBo(organization);
    expect((await organization.run(BOTH)).counts.restored).toBe(1);
    expect(await statusOf(bo)).toBe(401);
    expect(await statusOf(await organization.as(BO, 'editor'))).toBe(200);
  });

  it('of an earlier version in the database are not revived, by hand or by a file', async () => {
    const organization = await filled();
    const asleep = await Promise.all([ANN, BO].map((email) => organization.as(email, 'editor')));
    const { id } = (await organization.user(ANN))!;
    await product.sql`update users set deleted_at = now()
      where organization_id = ${organization.organizationId} and email in (${ANN}, ${BO})`;
    expect((await organization.json('POST', `/users/${id}/restoration`)).status).toBe(200);
    expect((await organization.run(BOTH)).counts.restored).toBe(1);
    for (const one of asleep) expect(await statusOf(one)).toBe(401);
  });

  it('end too if they are made while the stage deletes the user', async () => {
    const organization = await filled();
    const waiting = await organization.toGate(ANN_ONLY);
    const letGo = await lockUser(product.sql, organization.organizationId, BO);
    await organization.approve(waiting);
    await until('the stage waits for Bo', async () => {
      const [held] = await product.sql`select 1 from stages s join mass_edits m on m.id = s.mass_edit_id
        where m.public_id = ${waiting.id} and s.number = 4 and s.status = 'running'`;
      return held;
    });
    const made = organization.json('POST', '/tokens', { userEmail: BO, role: 'viewer', name: 'late' });
    await letGo();
    expect([201, 422]).toContain((await made).status);
    await organization.reaches(waiting, 'ended');
    expect(await storedOf(organization, BO)).toEqual({ tokens: 0, sessions: 0 });
  });

  it('stay if the user is kept, and tokens of other organizations stay', async () => {
    const organization = await filled();
    const [bo, elsewhere] = [await organization.as(BO, 'editor'), await filled()];
    const namesake = await elsewhere.as(BO, 'editor');
    const waiting = await organization.toGate(ANN_ONLY);
    await organization.change(BO, { firstName: 'Changed' });
    await organization.approve(waiting);
    expect((await organization.reaches(waiting, 'ended')).counts.deleted).toBe(0);
    expect(await statusOf(bo)).toBe(200);
    await deleteBo(organization);
    expect([await statusOf(bo), await statusOf(namesake)]).toEqual([401, 200]);
  });
});

describe('what a token may do', () => {
  const tokens = '/tokens?limit=200';

  it('is the lower of its own role and its user’s role, at each request', async () => {
    const organization = await filled();
    const bo = await organization.as(BO, 'admin');
    const cookie = await cookieOf(bo);
    const roleOf = async () => {
      const { body } = await organization.json<{ items: object[] }>('GET', tokens);
      return body.items.at(-1);
    };
    const session = async () =>
      (await (await fetch(`${product.url}/v1/session`, { headers: { cookie } })).json()) as object;
    expect(await statusOf(bo, tokens)).toBe(403);
    expect(await roleOf()).toMatchObject({ role: 'admin', power: 'approver', userEmail: BO, createdBy: ADMIN });
    expect(await session()).toMatchObject({ role: 'approver' });
    const waiting = await organization.toGate(ANN_ONLY, { review: 'always' });
    expect((await bo.approve(waiting)).status).toBe(202);
    await organization.reaches(waiting, 'ended');

    await organization.change(BO, { role: 'admin' });
    expect(await statusOf(bo, tokens)).toBe(200);
    expect(await roleOf()).toMatchObject({ role: 'admin', power: 'admin' });
    await organization.change(BO, { role: 'user' });
    expect(await statusOf(bo, tokens)).toBe(403);
    expect(await session()).toMatchObject({ role: 'approver' });
    expect(await statusOf(await organization.as(ADMIN, 'viewer'), tokens)).toBe(403);
  });
});

describe('the last token of an admin', () => {
  type Listed = { items: { id: string; role: string; userEmail: string }[] };
  const idOf = async (organization: Client, email: string): Promise<string> => {
    const { body } = await organization.json<Listed>('GET', '/tokens?limit=200');
    return body.items.findLast((token) => token.userEmail === email)!.id;
  };
  const take = async (by: Client, id: string) => {
    const { status, body } = await by.json('DELETE', `/tokens/${id}`);
    return status === 204 ? 204 : [status, body.code];
  };

  it('cannot be deleted if the others have a lower role, have expired, or belong to no admin', async () => {
    const organization = await filled();
    const own = await idOf(organization, ADMIN);
    await organization.as(BO, 'admin');
    const expired = await organization.as(ADMIN, 'admin');
    await product.sql`update tokens set expires_at = now() where hash = ${createHash('sha256').update(expired.token).digest()}`;
    await organization.as(ADMIN, 'approver');
    expect(await take(organization, own)).toEqual([409, 'last_admin_token']);
    expect(await take(organization, await idOf(organization, BO))).toBe(204);
    const second = await organization.as(ADMIN, 'admin');
    expect(await take(organization, own)).toBe(204);
    expect([await statusOf(organization), await statusOf(second)]).toEqual([401, 200]);
  });

  it('stays if two admins delete each other’s token in the same moment', async () => {
    const organization = await filled();
    await organization.change(BO, { role: 'admin' });
    const bo = await organization.as(BO, 'admin');
    const [own, bos] = [await idOf(organization, ADMIN), await idOf(organization, BO)];
    const answers = await Promise.all([take(organization, bos), take(bo, own)]);
    expect(answers).toContain(204);
    expect(answers.filter((answer) => answer === 204)).toHaveLength(1);
    const left = [await statusOf(organization, '/tokens'), await statusOf(bo, '/tokens')];
    expect(left.sort()).toEqual([200, 401]);
  });

  it('keeps its user an admin, as another admin without a token could change nothing', async () => {
    const organization = await filled();
    await organization.change(BO, { role: 'admin' });
    const { id } = (await organization.user(ADMIN))!;
    const demote = async () => {
      const { status, body } = await organization.json('PATCH', `/users/${id}`, { role: 'user' });
      return [status, body.code];
    };
    expect(await demote()).toEqual([422, 'last_admin']);
    const bo = await organization.as(BO, 'admin');
    expect(await demote()).toEqual([200, undefined]);
    expect([await statusOf(organization, '/tokens'), await statusOf(bo, '/tokens')]).toEqual([403, 200]);
  });

  it('can be made again by the operator, for any user of the organization and for no other', async () => {
    const organization = await filled();
    await product.sql`update tokens set expires_at = now() where organization_id = ${organization.organizationId}`;
    expect(await statusOf(organization)).toBe(401);
    const admin = await organization.byOperator(ADMIN, 'admin');
    const { body } = await admin.json<{ items: object[] }>('GET', '/tokens');
    expect(body.items.at(-1)).toMatchObject({ userEmail: ADMIN, createdBy: null, power: 'admin' });
    expect(await statusOf(await organization.byOperator(BO, 'viewer'))).toBe(200);
    const asked = (of: string, userEmail: string) =>
      organization.operator.json('POST', `/v1/organizations/${of}/tokens`, { userEmail, role: 'admin', name: 'x' });
    for (const [of, email, code] of [
      [organization.organizationId, 'no-one@example.com', 'person_not_found'],
      [crypto.randomUUID(), ADMIN, 'not_found'],
      ['nothing', ADMIN, 'not_found'],
    ] as const)
      expect((await asked(of, email)).body.code).toBe(code);
    // The operator may do nothing else in an organization.
    for (const path of ['/tokens', '/users', '/mass-edits'])
      expect(await statusOf(organization.operator, path)).toBe(401);
    const stranger = clientOf(product.url, organization.organizationId, `me_${randomBytes(32).toString('base64url')}`);
    expect((await stranger.json('POST', '/tokens', { userEmail: ADMIN, role: 'admin', name: 'x' })).status).toBe(401);
  });
});
