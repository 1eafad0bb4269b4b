import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../support/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const made = async (name: string, type: string, hierarchy = false): Promise<string> =>
  (await api.request('POST', 'attributes', { name, type, hierarchy })).body.id;
let number = 0;
/** A name that no other test of this file uses. */
const newName = () => `Attribute ${++number}`;

describe('an attribute', () => {
  it('is created with a name and a type', async () => {
    const { status, body } = await api.request('POST', 'attributes', { name: '  Cost \t centre ', type: 'choices' });
    expect(status).toBe(201);
    expect(body).toMatchObject({ name: 'Cost centre', type: 'choices', hierarchy: false });
  });

  it('is refused if the organization has as many attributes as a file may have columns', async () => {
    const narrow = await startApi({ maxColumns: 9 });
    const more = (name: string) => narrow.request('POST', 'attributes', { name, type: 'choices' });
    expect((await more('Ninth')).status).toBe(201);
    expect((await more('Tenth')).body).toMatchObject({ status: 422, code: 'invalid_value' });
    await narrow.close();
  });

  it('has a unique name; case, spaces and Unicode form do not count', async () => {
    await made('Löneband', 'numbers');
    for (const name of ['löneband', ' LO\u0308NEBAND ', 'Department']) {
      const { status, body } = await api.request('POST', 'attributes', { name, type: 'choices' });
      expect([name, status, body.code]).toEqual([name, 409, 'name_taken']);
    }
    const id = await made(newName(), 'choices');
    expect((await api.request('PATCH', `attributes/${id}`, { name: 'löneband' })).body.code).toBe('name_taken');
  });

  it('cannot have the name of a built-in column', async () => {
    for (const name of ['Email', 'external id', 'Participate in survey', 'Country backdate', '_line']) {
      const { status, body } = await api.request('POST', 'attributes', { name, type: 'choices' });
      expect([name, status, body.code]).toEqual([name, 422, 'name_reserved']);
    }
  });

  it('is renamed, and its type cannot change', async () => {
    const id = await made(newName(), 'dates');
    const name = newName();
    expect((await api.request('PATCH', `attributes/${id}`, { name })).body).toMatchObject({ id, name, type: 'dates' });
    expect((await api.request('PATCH', `attributes/${id}`, { type: 'choices' })).status).toBe(400);
  });

  it('is a hierarchy only if it points at users', async () => {
    const body = { name: newName(), type: 'choices', hierarchy: true };
    expect((await api.request('POST', 'attributes', body)).body.code).toBe('invalid_value');
    const id = await made(newName(), 'choices');
    expect((await api.request('PATCH', `attributes/${id}`, { hierarchy: true })).body.code).toBe('invalid_value');
  });
});

describe('a segment of choices', () => {
  let segments: string;
  const post = (body: object) => api.request('POST', segments, body);
  beforeEach(async () => {
    segments = `attributes/${await made(newName(), 'choices')}/segments`;
  });

  it('has a name and aliases, and keeps its id when it is renamed', async () => {
    const { status, body } = await post({ name: 'IT', aliases: ['Informatics', 'it', 'informatics'] });
    expect(status).toBe(201);
    expect(body).toEqual({ id: expect.any(String), name: 'IT', aliases: ['informatics'], lower: null, upper: null });
    const renamed = await api.request('PATCH', `${segments}/${body.id}`, { name: 'Tech' });
    expect(renamed.body).toEqual({ ...body, name: 'Tech', aliases: ['IT', 'informatics'] });
    expect((await api.request('GET', segments)).body.items).toEqual([renamed.body]);
  });

  it('shares no name or alias with another', async () => {
    await post({ name: 'Sales', aliases: ['Försäljning'] });
    const { body: other } = await post({ name: 'Support' });
    for (const body of [{ name: 'SALES' }, { name: 'försäljning' }, { name: 'New', aliases: ['sales'] }]) {
      expect([body.name, (await post(body)).body.code]).toEqual([body.name, 'name_taken']);
    }
    const patched = await api.request('PATCH', `${segments}/${other.id}`, { aliases: ['FÖRSÄLJNING'] });
    expect([patched.status, patched.body.code]).toEqual([409, 'name_taken']);
  });

  it('has one winner if two requests come at once', async () => {
    const answers = await Promise.all(
      ['Twin', 'TWIN', 'twin', 'Other'].map((name) => post({ name, aliases: ['Pair'] })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
  });

  it('has no bounds', async () => {
    expect((await post({ name: 'Wide', lower: 1 })).body.code).toBe('invalid_value');
  });

  it('is listed page by page', async () => {
    for (const name of ['A', 'B', 'C']) await post({ name });
    const first = await api.request('GET', `${segments}?limit=2`);
    const second = await api.request('GET', `${segments}?limit=2&cursor=${first.body.nextCursor}`);
    const names = [...first.body.items, ...second.body.items].map((item: { name: string }) => item.name);
    expect(names).toEqual(['A', 'B', 'C']);
    expect(second.body.nextCursor).toBeNull();
  });
});

describe('a range', () => {
  it('of numbers includes its lower bound and not its upper one, and shares no value with another', async () => {
    const path = `attributes/${await made(newName(), 'numbers')}/segments`;
    const post = (name: string, lower: number | null, upper: number | null) =>
      api.request('POST', path, { name, lower, upper });
    expect((await post('Low', null, 30_000.5)).body).toMatchObject({ lower: null, upper: 30_000.5 });
    const { body: middle } = await post('Middle', 30_000.5, 40_000);
    expect(middle).toMatchObject({ lower: 30_000.5, upper: 40_000 });
    for (const [lower, upper] of [
      [39_999, 50_000],
      [null, null],
      [35_000, null],
    ] as const) {
      const { status, body } = await post('More', lower, upper);
      expect([lower, status, body.code]).toEqual([lower, 422, lower === null ? 'invalid_value' : 'range_overlaps']);
    }
    expect((await post('Backwards', 60_000, 50_000)).body.code).toBe('invalid_value');
    expect((await post('High', 40_000, null)).status).toBe(201);
    const wider = await api.request('PATCH', `${path}/${middle.id}`, { upper: 45_000 });
    expect(wider.body.code).toBe('range_overlaps');
    const narrower = await api.request('PATCH', `${path}/${middle.id}`, { upper: 35_000 });
    expect(narrower.body).toMatchObject({ lower: 30_000.5, upper: 35_000 });
    expect((await api.request('POST', path, { name: 'Day', lower: '2026-01-01' })).body.code).toBe('invalid_value');
  });

  it('of dates is of whole years or of days, not of both', async () => {
    const years = `attributes/${await made(newName(), 'dates')}/segments`;
    const post = (path: string, body: object) => api.request('POST', path, body);
    expect((await post(years, { name: 'Under 1', lower: 0, upper: 1 })).body).toMatchObject({ lower: 0, upper: 1 });
    expect((await post(years, { name: 'Early', upper: '2020-01-01' })).body.code).toBe('range_overlaps');
    const days = `attributes/${await made(newName(), 'dates')}/segments`;
    expect((await post(days, { name: 'Early', upper: '2020-01-01' })).body).toMatchObject({ upper: '2020-01-01' });
    expect((await post(days, { name: 'Late', lower: '2020-01-01' })).status).toBe(201);
    expect((await post(days, { name: 'Odd', lower: '2020-02-30' })).body.code).toBe('invalid_value');
    expect((await post(days, { name: 'Mixed', lower: '2020-01-01', upper: 3 })).body.code).toBe('invalid_value');
  });
});

describe('a segment of users', () => {
  it('is a referenced user, and cannot be created', async () => {
    const attributes = (await api.request('GET', 'attributes')).body.items;
    const manager = attributes.find((attribute: { name: string }) => attribute.name === 'Manager');
    const path = `attributes/${manager.id}/segments`;
    expect((await api.request('GET', path)).body.items).toEqual([]);
    const { status, body } = await api.request('POST', path, { name: 'Under Ada' });
    expect([status, body.code]).toEqual([422, 'invalid_value']);
  });
});
