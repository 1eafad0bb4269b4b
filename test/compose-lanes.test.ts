import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { DYNAMIC_SETTINGS } from '../dev/stack/temporal.ts';
import { LANES } from '../workflows/contract.ts';
import { textOf } from './source-files.ts';

type Service = { command?: string[]; environment?: Record<string, string> };
type Compose = { services: Record<string, Service>; configs: Record<string, { content: string }> };
const compose: Compose = parse(textOf('docker-compose.yml'), { merge: true });

it('docker-compose.yml has a worker for each lane', () => {
  const lanes = ['worker', 'large-worker'].map((name) => compose.services[name]?.environment?.WORKER_LANE);
  expect(lanes).toEqual(LANES);
});

it('docker-compose.yml gives both kinds of Temporal the dynamic settings of the embedded server', () => {
  const settings = Object.entries(DYNAMIC_SETTINGS);
  const atStart = compose.services.temporal?.command?.filter((word) => word.startsWith('--dynamic-config-value='));
  expect(atStart).toEqual(settings.map((setting) => `--dynamic-config-value=${setting.join('=')}`));
  const file = parse(compose.configs['temporal-dynamic-config']?.content ?? '');
  expect(file).toEqual(Object.fromEntries(settings.map(([name, value]) => [name, [{ value }]])));
});
