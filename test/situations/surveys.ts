import { expect } from 'vitest';
import { ago } from '../support/days.ts';
import type { Organization } from '../support/product.ts';

export type Answered = { person: string; days?: number; score?: number | null; comment?: string };
type Segment = { segment: string | null; people: number; answers: number; comments: string[] };

/** A survey that was sent `sent` days ago, and its answers. By default an answer has the score 4 and is of that day. */
export async function survey(acme: Organization, name: string, sent: number, answers: Answered[]): Promise<void> {
  const { body } = await acme.json('POST', '/surveys', { name, sentOn: ago(sent) });
  const given = answers.map(({ person, days = sent, score = 4, comment }) => ({
    ...{ userEmail: person, answeredOn: ago(days), question: 'How are you?', comment },
    ...(score === null ? {} : { score }),
  }));
  const stored = await acme.json('POST', `/surveys/${body.id}/answers`, given);
  expect(stored.status, stored.body.detail).toBe(201);
}

/** The report of a survey by department: segments with answers or comments. */
export async function report(acme: Organization, name: string): Promise<Segment[]> {
  const { body } = await acme.json<{ items: { id: string; name: string }[] }>('GET', '/surveys?limit=200');
  const id = body.items.find((one) => one.name === name)?.id;
  return (await acme.json<{ segments: Segment[] }>('GET', `/surveys/${id}/report?attribute=Department`)).body.segments;
}

/** Answers in reports of a survey. */
export const reported = async (acme: Organization, name: string): Promise<number> =>
  (await report(acme, name)).reduce((sum, { answers }) => sum + answers, 0);
