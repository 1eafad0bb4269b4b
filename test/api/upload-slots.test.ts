import { describe, expect, it } from 'vitest';
import { openSlots } from '../../api/mass-edits/upload/upload-slots.ts';

const FOR_EVER_MS = 2 ** 30;

describe('slots', () => {
  it('have a number for each key, and waiting callers are served in order', async () => {
    const slots = openSlots(2, FOR_EVER_MS);
    const [one, two, other] = [await slots.take('a'), await slots.take('a'), await slots.take('b')];
    const served: number[] = [];
    const waiting = [1, 2].map(async (number) => {
      const release = await slots.take('a');
      served.push(number);
      return release;
    });
    one?.();
    one?.();
    const third = await waiting[0];
    expect(served).toEqual([1]);
    third?.();
    const fourth = await waiting[1];
    expect(served).toEqual([1, 2]);
    for (const release of [two, fourth, other]) release?.();
    expect([await slots.take('a'), await slots.take('a')]).not.toContain(null);
  });

  it('are not given to a caller that has waited too long', async () => {
    const slots = openSlots(1, 1);
    const release = await slots.take('a');
    expect(await slots.take('a')).toBe(null);
    release?.();
    expect(await slots.take('a')).not.toBe(null);
  });
});
