import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { growthPlot } from '../../bench/measure/growth-plot.ts';
import { BENCH_TIMEOUT_MS, runBench } from './run-bench.ts';

it('linear growth is drawn as a straight line, from corner to corner', () => {
  const points = [1, 10, 100].map((seconds) => ({ rows: seconds * 1000, seconds }));
  const svg = growthPlot([{ name: 'one', color: '#000', points }]);
  expect(svg).toContain('<polyline points="64,352 348,188 632,24"');
  expect(svg).toContain('>100,000</text>');
  expect(svg).toContain('>100 s</text>');
});

it(
  'bench:growth measures files of growing size and draws the plot',
  async () => {
    const directory = await mkdtemp(join(tmpdir(), 'growth-'));
    const plot = join(directory, 'growth.svg');
    const said = await runBench('growth', '--rows', '100,200', '--repeat', '1', '--plot', plot);
    expect(said).toMatch(/^200 rows, mass-edit: \d+\.\d\d s, \d+ µs a row$/m);
    expect((await readFile(plot, 'utf8')).match(/<circle/g)).toHaveLength(4);
    await rm(directory, { recursive: true });
  },
  BENCH_TIMEOUT_MS,
);
