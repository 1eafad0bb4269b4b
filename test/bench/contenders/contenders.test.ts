import { expect, it } from 'vitest';
import { contendersOf, ratiosOf, rotate } from '../../../bench/contenders/contenders.ts';

it('runs the requested sides, and always the product', () => {
  expect(contendersOf('limit')).toEqual(['limit', 'ours']);
  expect(contendersOf('rows,django-bulk,rows')).toEqual(['rows', 'django-bulk', 'ours']);
  expect(() => contendersOf('rows,ours')).toThrow('--against lists some of limit, rows, batches, django, django-bulk');
});

it('lets another side begin in each round', () => {
  const sides = ['limit', 'rows', 'ours'];
  expect([0, 1, 2, 3].map((round) => rotate(sides, round)[0])).toEqual(['limit', 'rows', 'ours', 'limit']);
  expect(rotate(sides, 1)).toEqual(['rows', 'ours', 'limit']);
});

it('divides the product by the limit, and the alternatives by the product', () => {
  expect(ratiosOf({ limit: 2, ours: 6, rows: 30 })).toEqual({ 'ours ÷ limit': 3, 'rows ÷ ours': 5 });
});
