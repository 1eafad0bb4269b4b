import type postgres from 'postgres';
import { type Answer, startApi, type TestApi } from './api.ts';
import { today } from './days.ts';
import { openDatabase } from './organization.ts';
import { addSegment, addUser, attributeKeys, type TestUser } from './people.ts';

export type ApiWithUsers = TestApi & {
  sql: postgres.Sql;
  /** Internal keys of the attributes, by name. */
  keys: Record<string, number>;
  /** Internal key of the segment Sales of Department. The segment Support exists too. */
  sales: number;
  /** In the organization's time zone. */
  today: string;
  /** A new user with an email of their own. */
  person(more?: TestUser): Promise<{ key: number; id: string }>;
  get(userId: string): Promise<Answer['body']>;
  patch(userId: string, body: object): Promise<Answer>;
  history(userId: string): Promise<Answer['body']>;
};

/**
 * The API with an organization that has more than the standard attributes: Salary (numbers; Low is under 30,000), Mentor
 * (users, no hierarchy), two departments, and Employment Date with the range "Under 2 years".
 */
export async function startApiWithUsers(): Promise<ApiWithUsers> {
  const sql = openDatabase();
  const api = await startApi();
  const of = api.organization.id;
  const { body: salary } = await api.request('POST', 'attributes', { name: 'Salary', type: 'numbers' });
  await api.request('POST', `attributes/${salary.id}/segments`, { name: 'Low', upper: 30_000 });
  await api.request('POST', 'attributes', { name: 'Mentor', type: 'users' });
  const { body: attributes } = await api.request('GET', 'attributes');
  const employed = attributes.items.find(({ name }: { name: string }) => name === 'Employment Date');
  await api.request('POST', `attributes/${employed.id}/segments`, { name: 'Under 2 years', lower: 0, upper: 2 });
  const keys = await attributeKeys(sql, of);
  const sales = await addSegment(sql, of, keys.Department!, 'Sales');
  await addSegment(sql, of, keys.Department!, 'Support');
  let number = 0;
  return {
    ...api,
    sql,
    keys,
    sales,
    today: today(),
    person: (more = {}) => addUser(sql, of, { email: `person${++number}@example.com`, ...more }),
    get: async (id) => (await api.request('GET', `users/${id}`)).body,
    patch: (id, body) => api.request('PATCH', `users/${id}`, body),
    history: async (id) => (await api.request('GET', `users/${id}/history`)).body,
    close: async () => {
      await api.close();
      await sql.end();
    },
  };
}
