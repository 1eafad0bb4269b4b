import { describe, expect, test } from 'vitest';
import { formatRow } from '../../../csv/records/format-row.ts';

describe('formatRow', () => {
  test.each([
    [['a', 'b c', ''], 'a;b c;\r\n'],
    [['a;b', 'c"d', 'e\nf', 'g\rh'], '"a;b";"c""d";"e\nf";"g\rh"\r\n'],
    [['a,b'], 'a,b\r\n'],
    [['=1', '-', '\n', 'x@y'], "'=1;'-;\"'\n\";x@y\r\n"],
  ])('%j is written as %j', (cells, line) => {
    expect(formatRow(cells)).toBe(line);
  });

  test('numbers and dates are written unchanged', () => {
    expect(formatRow([{ plain: '-5' }, { plain: '2026-02-28' }])).toBe('-5;2026-02-28\r\n');
  });

  test('cells with the given delimiter are quoted', () => {
    expect(formatRow(['a,b', 'c;d'], { delimiter: ',' })).toBe('"a,b",c;d\r\n');
  });
});
