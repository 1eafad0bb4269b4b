import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROGRESS_QUERY, workflowIdOf } from '../../workflows/contract.ts';
import { textsIn } from '../support/history.ts';
import { ADMIN, type Organization, type Product, startProduct } from '../support/product.ts';
import { until } from '../support/until.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct({ chunkRows: 10 });
});
afterAll(() => product.close());

const PEOPLE = Array.from({ length: 60 }, (_, n) => `quirin${n}@vogelsang.example;Quirinus${n};Vogelkunde;1971-04-05`);
const HEADER = 'Email;First name;Department;Date of Birth';
const FILE = [
  HEADER,
  ...PEOPLE.slice(0, 50).map((row) => row.replace('Vogelkunde', 'Fischkunde')),
  'zaunk@vogelsang.example;;Zaunkönigskunde;1971-04-05',
  'zilpzalp@vogelsang.example;Zilpzalp;Fischkunde;not a day',
  '',
].join('\n');
/** Parts of names, emails, cells and the file name. The engine must hold none of them. */
const SECRETS = [
  'quirin',
  'vogel',
  'kunde',
  '1971',
  'zaunk',
  'zilpzalp',
  'not a day',
  'geheim',
  '.csv',
  ADMIN,
  'hanna',
];

describe('what the engine keeps of a whole mass edit', () => {
  it('has no email, name, cell or file name in payloads, memo, attributes, details, queries or heartbeats', async () => {
    const organization = await product.newOrganization();
    await organization.run([HEADER, ...PEOPLE, ''].join('\n'));
    const { body } = await organization.uploadForm(FILE, { deleteMissingUsers: true }, 'geheime-liste.csv');
    const seen = await watched(organization, body.id);

    const ended = await organization.at(body);
    expect(ended.counts).toMatchObject({ read: 52, updated: 50, refused: 2, deleted: 10, segmentsCreated: 1 });
    const handle = product.temporal.workflow.getHandle(workflowIdOf(organization.organizationId));
    const { events } = await handle.fetchHistory();
    const texts = [...seen, ...textsIn(events), ...textsIn((await handle.describe()).raw)];
    texts.push(...textsIn(await handle.query('__temporal_workflow_metadata')));
    texts.push(...textsIn(await handle.query(PROGRESS_QUERY)));

    // The search works: it finds the texts that may stand there.
    const whole = texts.join('\n').toLowerCase();
    const may = [body.id, organization.organizationId, ended.deletion?.listDigest ?? 'no digest', 'approvedeletions'];
    for (const text of [...may, 'segmentscreated', 'upsert users']) expect(whole).toContain(text.toLowerCase());
    for (const secret of SECRETS) expect(texts.filter((text) => text.toLowerCase().includes(secret))).toEqual([]);
    for (const text of texts) expect(text).not.toMatch(/[\w.+-]+@[\w-]+\.example/);
  });
});

/** Runs the mass edit to its end and returns the engine's data on the way, heartbeats included. */
async function watched(organization: Organization, id: string): Promise<string[]> {
  const handle = product.temporal.workflow.getHandle(workflowIdOf(organization.organizationId));
  const seen: string[] = [];
  await until('the end', async () => {
    seen.push(...textsIn((await handle.describe()).raw));
    const now = await organization.at({ id });
    if (now.state === 'awaiting_approval' && now.decision === null) await organization.approve(now);
    return now.state === 'ended';
  });
  return seen;
}
