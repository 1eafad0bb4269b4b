import { expect, it } from 'vitest';
import { faultKindOf } from '../../../db/stages/fault-kinds.ts';

const withCode = (code: string): Error => new Error('Failed', { cause: Object.assign(new Error('x'), { code }) });

it.each(['22001', '22021', '22P05', '23502', '23503', '23514', '54000'])('%s is permanent', (code) => {
  expect(faultKindOf(withCode(code))).toBe('permanent');
});

it.each([
  ...['08006', '0A000', '25P03', '40001', '40P01', '53100', '53300', '55P03', '57P01', '57P03', '58030'],
  ...['CONNECTION_CLOSED', 'CONNECT_TIMEOUT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE'],
])('%s passes', (code) => {
  expect(faultKindOf(withCode(code))).toBe('passing');
});

it.each(['23505', '23P01', '57014', '42703', 'XX000', 'ERR_INVALID_ARG_TYPE', 'UNDEFINED_VALUE'])(
  '%s is a fault of the work itself',
  (code) => {
    expect(faultKindOf(withCode(code))).toBe('own');
  },
);

it('an error without a code is a fault of the work itself', () => {
  expect(faultKindOf(new TypeError('x'))).toBe('own');
  expect(faultKindOf('x')).toBe('own');
});
