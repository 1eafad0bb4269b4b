import type { Finding } from './types.ts';

/** A value is shown without surrounding white space and byte order marks, cut to this length. */
const SHOWN = 200;

export const error = (
  line: number | null,
  code: string,
  column: string | null = null,
  value: string | null = null,
  details: Finding['details'] = {},
): Finding => ({
  line,
  severity: 'error',
  code,
  column,
  value: value === null ? null : value.trim().slice(0, SHOWN),
  details,
});

export const warning = (...of: Parameters<typeof error>): Finding => ({ ...error(...of), severity: 'warning' });
