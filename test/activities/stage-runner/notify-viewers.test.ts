import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { throttled } from '../../../activities/stage-runner/notify-viewers.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('progress is sent at once, then twice a second at most, and the last progress is sent', () => {
  const tell = vi.fn();
  const viewers = throttled(tell);
  viewers.progressed();
  expect(tell).toHaveBeenCalledTimes(1);
  for (let chunk = 0; chunk < 10; chunk++) {
    vi.advanceTimersByTime(100);
    viewers.progressed();
  }
  expect(tell).toHaveBeenCalledTimes(3);
  vi.advanceTimersByTime(500);
  expect(tell).toHaveBeenCalledTimes(4);
  vi.advanceTimersByTime(10_000);
  expect(tell).toHaveBeenCalledTimes(4);
});

it('a change of state is sent at once, together with pending progress', () => {
  const tell = vi.fn();
  const viewers = throttled(tell);
  viewers.progressed();
  viewers.progressed();
  viewers.changed();
  expect(tell).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(10_000);
  expect(tell).toHaveBeenCalledTimes(2);
});
