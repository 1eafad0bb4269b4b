import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { purge } from '../../api/reconciler.ts';
import { OPERATOR_TOKEN, startApi, type TestApi } from '../support/api.ts';
import { openDatabase } from '../support/organization.ts';

const sql = openDatabase();
let api: TestApi;
let addresses = 0;
beforeAll(async () => {
  api = await startApi();
});
afterAll(async () => {
  await api.close();
  await sql.end();
});

const makeLink = (token: string) =>
  api.app.inject({ method: 'POST', url: '/v1/session/links', headers: { authorization: `Bearer ${token}` } });

/** The code of a new link of this token. */
async function linkOf(token: string): Promise<string> {
  const made = await makeLink(token);
  expect(made.statusCode, made.body).toBe(201);
  return made.json().href.split('#link=')[1];
}

/** From an address of its own, because failures of one address are counted. */
const signIn = (payload: object, headers: Record<string, string> = {}) => {
  addresses += 1;
  return api.app.inject({
    method: 'POST',
    url: '/v1/session',
    headers: { host: 'localhost:3000', ...headers },
    remoteAddress: `10.0.${addresses >> 8}.${addresses & 255}`,
    payload,
  });
};
const cookieOf = ({ cookies }: Awaited<ReturnType<typeof signIn>>) => `${cookies[0]!.name}=${cookies[0]!.value}`;
const sessionOf = (cookie: string) => api.app.inject({ url: '/v1/session', headers: { cookie } });
const rowsOf = (link: string) =>
  sql`select * from sign_in_links where hash = ${createHash('sha256').update(link).digest()}`;

/** A user of the tests' organization, and a token of the user. */
async function newUser(email: string): Promise<{ token: string; tokenId: string }> {
  const of = api.organization.id;
  await sql`insert into users (organization_id, email, first_name) values (${of}, ${email}, 'Eva')`;
  const { body } = await api.request('POST', 'tokens', { userEmail: email, role: 'viewer', name: 'test' });
  return { token: body.token, tokenId: body.id };
}

describe('a sign-in link', () => {
  it('is the page with a code behind the #, for ten minutes; the code is not the token and is not stored', async () => {
    const made = await makeLink(api.organization.token);
    const { href, expiresAt } = made.json();
    expect(href).toMatch(new RegExp(`^/organizations/${api.organization.id}/mass-edit#link=ml_[\\w-]{43}$`));
    expect(Math.abs(Date.parse(expiresAt) - Date.now() - 600_000)).toBeLessThan(60_000);
    expect(made.headers['cache-control']).toBe('no-store');
    const [row] = await rowsOf(href.split('=')[1]);
    expect(JSON.stringify(row)).not.toContain(href.split('=')[1]);
  });

  it('signs in once, as the user of its token; a second use is refused, and the session of the first stays', async () => {
    const link = await linkOf(await api.tokenOf('viewer'));
    const first = await signIn({ link });
    expect([first.statusCode, first.json().role, first.json().user.email]).toEqual([
      200,
      'viewer',
      'admin@example.com',
    ]);
    expect(await rowsOf(link)).toHaveLength(0);
    const second = await signIn({ link });
    expect([second.statusCode, second.json().code, second.headers['set-cookie']]).toEqual([
      401,
      'unauthenticated',
      undefined,
    ]);
    expect(second.json().detail).toContain('has been used or is older than ten minutes');
    expect((await sessionOf(cookieOf(first))).statusCode).toBe(200);
  });

  it('signs in one of ten browsers that use it at once', async () => {
    const link = await linkOf(api.organization.token);
    const answers = await Promise.all(Array.from({ length: 10 }, () => signIn({ link })));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, ...Array(9).fill(401)]);
  });

  it('is used up by the exchange only: not by a GET, and not by a sign-in as another kind', async () => {
    const link = await linkOf(api.organization.token);
    for (const url of [`/v1/session/links`, `/v1/session?link=${link}`, `/organizations/x/mass-edit?link=${link}`])
      await api.app.inject({ url });
    expect((await signIn({ token: link })).statusCode).toBe(401);
    expect((await signIn({ link: api.organization.token })).statusCode).toBe(401);
    expect((await signIn({ link })).statusCode).toBe(200);
  });

  it('expires, and is then deleted', async () => {
    const [old, other] = [await linkOf(api.organization.token), await linkOf(api.organization.token)];
    await sql`update sign_in_links set expires_at = now() where hash = ${createHash('sha256').update(old).digest()}`;
    expect((await signIn({ link: old })).statusCode).toBe(401);
    await purge({ ...api.app.deps, log: { error: (what) => expect(what).toBeUndefined() } });
    expect([(await rowsOf(old)).length, (await rowsOf(other)).length]).toEqual([0, 1]);
  });

  it('ends with its token, with the expiry of its token and with its user', async () => {
    const [gone, expired, deleted] = [
      await newUser('gone@example.com'),
      await newUser('expired@example.com'),
      await newUser('deleted@example.com'),
    ];
    const links = await Promise.all([gone, expired, deleted].map(({ token }) => linkOf(token)));
    await api.request('DELETE', `tokens/${gone.tokenId}`);
    await sql`update tokens set expires_at = now() where public_id = ${expired.tokenId}`;
    await sql`update users set deleted_at = now()
      where organization_id = ${api.organization.id} and email = 'deleted@example.com'`;
    for (const link of links) expect((await signIn({ link })).statusCode).toBe(401);
  });

  it('cannot be guessed: invalid codes count as failures of the address, and a valid one is accepted', async () => {
    const from = (link: string) =>
      api.app.inject({ method: 'POST', url: '/v1/session', remoteAddress: '192.0.2.7', payload: { link } });
    const answers = [];
    for (let i = 0; i < 25; i++) answers.push((await from(`ml_${i}`)).statusCode);
    expect(answers.slice(0, 10)).toEqual(Array(10).fill(401));
    expect(answers.at(-1)).toBe(429);
    expect((await from(await linkOf(await api.tokenOf('viewer')))).statusCode).toBe(200);
  });

  it('of a token that ends sooner ends with the token', async () => {
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const token = { userEmail: 'admin@example.com', role: 'viewer', name: 'short', expiresAt };
    const { body } = await api.request('POST', 'tokens', token);
    expect((await makeLink(body.token)).json().expiresAt).toBe(expiresAt);
  });

  it('needs the token itself: the operator, a session and an expired token make none', async () => {
    const session = cookieOf(await signIn({ token: api.organization.token }));
    const bySession = await api.app.inject({
      method: 'POST',
      url: '/v1/session/links',
      headers: { cookie: session, 'x-mass-edit-page': '1' },
    });
    expect([bySession.statusCode, bySession.json().detail]).toEqual([403, expect.stringContaining('Send the token')]);
    for (const token of [OPERATOR_TOKEN, 'me_wrong']) expect((await makeLink(token)).statusCode).toBe(401);
  });
});

describe('a sign-in while a session is open', () => {
  it('of another user is refused with both names, changes nothing and uses up no link, until the request has replace', async () => {
    const other = await api.newOrganization();
    const open = cookieOf(await signIn({ token: api.organization.token }));
    const link = await linkOf(other.token);
    for (const way of [{ link }, { token: other.token }, { link, replace: false }]) {
      const asked = await signIn(way, { cookie: open });
      expect([asked.statusCode, asked.json().code, asked.headers['set-cookie']]).toEqual([
        409,
        'other_user_signed_in',
        undefined,
      ]);
      expect([asked.json().current.organization.id, asked.json().next.organization.id]).toEqual([
        api.organization.id,
        other.id,
      ]);
      expect(Object.keys(asked.json().next).sort()).toEqual(['organization', 'user']);
    }
    expect((await sessionOf(open)).json().organization.id).toBe(api.organization.id);
    const replaced = await signIn({ link, replace: true }, { cookie: open });
    expect([replaced.statusCode, replaced.json().organization.id]).toEqual([200, other.id]);
    expect((await sessionOf(open)).statusCode).toBe(401);
  });

  it('of another user of the same organization is refused too', async () => {
    const { token } = await newUser('second@example.com');
    const open = cookieOf(await signIn({ token: api.organization.token }));
    expect((await signIn({ link: await linkOf(token) }, { cookie: open })).statusCode).toBe(409);
  });

  it('of the same user, or after the session has ended, is accepted', async () => {
    const other = await api.newOrganization();
    const open = cookieOf(await signIn({ token: api.organization.token }));
    const again = await signIn({ link: await linkOf(api.organization.token) }, { cookie: open });
    expect(again.statusCode).toBe(200);
    expect((await signIn({ link: await linkOf(other.token) }, { cookie: open })).statusCode).toBe(200);
  });

  it('by an invalid link keeps the open session', async () => {
    const open = cookieOf(await signIn({ token: api.organization.token }));
    for (const way of [{ link: 'ml_wrong' }, { link: '', replace: true }, { token: 'me_wrong', replace: true }])
      expect((await signIn(way, { cookie: open })).statusCode).toBe(401);
    expect((await sessionOf(open)).statusCode).toBe(200);
  });
});

describe('a sign-in that a page of another origin sends', () => {
  const tried = async (headers: Record<string, string>) => {
    const link = await linkOf(await api.tokenOf('viewer'));
    const { statusCode } = await signIn({ link }, { host: 'people.example.com', ...headers });
    return [statusCode, (await rowsOf(link)).length];
  };

  it.each<Record<string, string>>([
    { 'sec-fetch-site': 'cross-site' },
    // Other ports of this machine are of the same site, such as that of the Temporal UI.
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://elsewhere.example.com' },
    { origin: 'http://people.example.com:8233' },
    { origin: 'null' },
    { origin: 'nonsense' },
    { 'sec-fetch-site': 'cross-site', origin: 'https://people.example.com' },
  ])('is refused: %o', async (headers) => {
    expect(await tried(headers)).toEqual([403, 1]);
  });

  it.each<Record<string, string>>([
    {},
    { 'sec-fetch-site': 'same-origin', origin: 'https://people.example.com' },
    { 'sec-fetch-site': 'same-origin' },
    { origin: 'https://people.example.com' },
    { origin: 'https://people.example.com', host: 'People.Example.com' },
  ])('is accepted from our own page, and from a program: %o', async (headers) => {
    expect(await tried(headers)).toEqual([200, 0]);
  });
});

it('a sign-in takes either a token or a link, and not both', async () => {
  for (const payload of [{}, { token: 'me_x', link: 'ml_x' }, { replace: true }, { link: 1 }]) {
    const { statusCode, body } = await signIn(payload);
    expect([statusCode, JSON.parse(body).code]).toEqual([400, 'invalid_request']);
  }
});
