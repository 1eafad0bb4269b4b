import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiWithUsers, startApiWithUsers } from '../support/peopled-api.ts';

let api: ApiWithUsers;
beforeAll(async () => {
  api = await startApiWithUsers();
});
afterAll(() => api.close());

/** Letters that no compression makes shorter; of four bytes each if `wide`. */
const letters = (count: number, wide = false): string =>
  Array.from(randomBytes(count), (byte) =>
    wide ? String.fromCodePoint(0x20000 + byte * 17) : String.fromCharCode(0x61 + (byte % 26)),
  ).join('');

describe('a user is changed by hand', () => {
  it.each([
    ['externalId', 255, true],
    ['externalId', 255, false],
    ['firstName', 200, true],
    ['lastName', 200, true],
  ])('with %s of %i characters at most (four bytes each: %s)', async (field, most, wide) => {
    const { id } = await api.person();
    const longest = letters(most, wide);
    expect((await api.patch(id, { [field]: longest })).body).toMatchObject({ [field]: longest });
    for (const length of [most + 1, 3_000, 30_000]) {
      const { status, body } = await api.patch(id, { [field]: letters(length, wide) });
      expect([length, status, body.code, body.finding, body.field]).toEqual([
        ...[length, 422, 'invalid_value', 'TOO_LONG', field],
      ]);
      expect(body.detail).toContain(`more than ${most} characters`);
    }
    expect((await api.get(id))[field]).toBe(longest);
  });

  it('to no value that is longer than a cell of its kind', async () => {
    const { id } = await api.person();
    const attributes = { Salary: 101, 'Date of Birth': 101, Department: 201, Manager: 256, Mentor: 256 };
    for (const [name, length] of Object.entries(attributes)) {
      const { status, body } = await api.patch(id, { attributes: { [name]: letters(length) } });
      expect([name, status, body.finding]).toEqual([name, 422, 'TOO_LONG']);
    }
    expect((await api.patch(id, { email: `${letters(250)}@b.se` })).body.finding).toBe('TOO_LONG');
    expect((await api.patch(id, { language: letters(101) })).body.finding).toBe('TOO_LONG');
    expect((await api.patch(id, { attributes: { [letters(3_000)]: 1 } })).body.code).toBe('attribute_unknown');
  });
});

describe('a name that is given by hand', () => {
  const wide = () => letters(200, true);

  it('of an attribute has 200 characters at most, and so have names and aliases of segments', async () => {
    const { status, body: attribute } = await api.request('POST', 'attributes', { name: wide(), type: 'choices' });
    expect(status).toBe(201);
    const segments = `attributes/${attribute.id}/segments`;
    const made = await api.request('POST', segments, { name: wide(), aliases: [wide(), wide()] });
    expect(made.status).toBe(201);
    const refused: [string, string, object][] = [
      ['POST', 'attributes', { name: letters(201), type: 'choices' }],
      ['PATCH', `attributes/${attribute.id}`, { name: letters(3_000, true) }],
      ['POST', segments, { name: letters(201, true) }],
      ['POST', segments, { name: 'A', aliases: [letters(3_000)] }],
      ['PATCH', `${segments}/${made.body.id}`, { name: letters(201) }],
      ['PATCH', `${segments}/${made.body.id}`, { aliases: [letters(201)] }],
      ['POST', 'tokens', { userEmail: 'admin@example.com', role: 'viewer', name: letters(201) }],
      ['POST', 'tokens', { userEmail: letters(3_000), role: 'viewer', name: 'A' }],
      ['POST', 'surveys', { name: letters(201), sentOn: '2026-01-01' }],
    ];
    for (const [method, path, body] of refused) {
      const answer = await api.request(method, path, body);
      expect([method, path, answer.status, answer.body.code]).toEqual([method, path, 422, 'invalid_value']);
    }
  });

  it('counts as it is stored, if NFC makes it three times as long', async () => {
    const { status } = await api.request('POST', 'attributes', { name: '\ufb2c'.repeat(66), type: 'choices' });
    expect(status).toBe(201);
    const { body } = await api.request('POST', 'attributes', { name: '\ufb2c'.repeat(67), type: 'choices' });
    expect(body.code).toBe('invalid_value');
  });
});

it('users and authors of answers are looked up by identities that a user can have', async () => {
  const { body: survey } = await api.request('POST', 'surveys', { name: 'Pulse', sentOn: '2026-01-01' });
  const answer = { answeredOn: '2026-01-02', question: 'How are you?', score: 4 };
  for (const more of [{ userEmail: letters(3_000) }, { externalId: letters(256) }]) {
    const { status, body } = await api.request('POST', `surveys/${survey.id}/answers`, [{ ...answer, ...more }]);
    expect([status, body.code, body.index]).toEqual([422, 'invalid_value', 0]);
  }
  for (const query of [`email=${letters(3_000)}`, `externalId=${letters(3_000)}`]) {
    const { status, body } = await api.request('GET', `users?${query}`);
    expect([status, body.code]).toEqual([422, 'invalid_value']);
  }
});
