import { expect, test } from 'vitest';
import { backdateWindow, checkBackdate } from '../../../rules/values/backdating.ts';

test.each([
  ['2026-06-15', '2026-03-15'],
  ['2026-05-31', '2026-02-28'],
  ['2024-05-31', '2024-02-29'],
  ['2026-01-31', '2025-10-31'],
  ['2026-02-28', '2025-11-28'],
  ['2026-03-01', '2025-12-01'],
])('on %s the oldest backdate is %s', (today, oldest) => {
  expect(backdateWindow(today)).toEqual({ oldest, latest: today });
});

test('the oldest day and today are allowed, the days before and after are not', () => {
  const window = backdateWindow('2026-06-15');
  expect(checkBackdate('2026-03-15', window)).toEqual({ ok: true, value: '2026-03-15' });
  expect(checkBackdate('2026-06-15', window)).toEqual({ ok: true, value: '2026-06-15' });
  expect(checkBackdate('2026-03-14', window)).toMatchObject({
    code: 'BACKDATE_TOO_OLD',
    details: { oldest: '2026-03-15' },
  });
  expect(checkBackdate('2026-06-16', window)).toMatchObject({
    code: 'BACKDATE_IN_FUTURE',
    details: { latest: '2026-06-15' },
  });
});

test('a text that is no date has the reason in its finding', () => {
  const window = backdateWindow('2026-06-15');
  expect(checkBackdate('soon', window)).toEqual({ ok: false, code: 'BACKDATE_INVALID', details: { reason: 'form' } });
  expect(checkBackdate('03/04/2026', window)).toEqual({
    ok: false,
    code: 'BACKDATE_INVALID',
    details: { reason: 'ambiguous' },
  });
  expect(checkBackdate('46100', window)).toMatchObject({
    code: 'BACKDATE_INVALID',
    details: { suggested: '2026-03-19' },
  });
});
