import { expect, it } from 'vitest';
import { failpoints } from './failpoints.ts';

const SPEC = 'Validation:before claim:1:hold';
const newFailpoints = () => failpoints(async () => {});
const passes = (faults: ReturnType<typeof newFailpoints>) => faults.at('Validation', 'before claim');

it.each(['release', 'disarm'])('the failpoint releases the processes it holds on %s', async (word) => {
  const faults = newFailpoints();
  faults.hear({ arm: SPEC });
  let isPast = false;
  const passing = passes(faults).then(() => {
    isPast = true;
  });
  await new Promise(setImmediate);
  expect(isPast).toBe(false);
  faults.hear({ [word]: SPEC });
  await passing;
  await passes(faults);
});

it('the failpoint does not hold a process that was released before it stopped', async () => {
  const faults = failpoints(async ({ hit }) => faults.hear({ release: hit }));
  faults.hear({ arm: SPEC });
  await passes(faults);
});
