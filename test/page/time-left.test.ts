import { describe, expect, it } from 'vitest';
import { timeLeft } from '../../web/time-left.ts';

const FIRST = { stage: 5, done: 1000, total: 20_000, at: 0 };
const leftAfter = (seconds: number, done: number) => timeLeft(FIRST, { ...FIRST, done, at: seconds * 1000 });

describe('the time left', () => {
  it('is not shown in the first five seconds, without progress, at the end, or for another stage', () => {
    expect(leftAfter(4.9, 5000)).toBeNull();
    expect(leftAfter(60, 1000)).toBeNull();
    expect(leftAfter(60, 20_000)).toBeNull();
    expect(timeLeft(FIRST, { ...FIRST, stage: 6, done: 5000, at: 60_000 })).toBeNull();
  });

  it('is rounded: seconds, less than a minute, minutes, fives of minutes, hours', () => {
    expect(leftAfter(5, 12_000)).toEqual({ unit: 'seconds' });
    expect(leftAfter(10, 6000)).toEqual({ unit: 'under_a_minute' });
    expect(leftAfter(10, 3000)).toEqual({ unit: 'minutes', count: 1 });
    expect(leftAfter(100, 3000)).toEqual({ unit: 'minutes', count: 15 });
    expect(leftAfter(1000, 3000)).toEqual({ unit: 'hours', count: 2 });
  });
});
