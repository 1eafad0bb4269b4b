import { describe, expect, it } from 'vitest';
import { pageOf } from '../../api/paging.ts';

/** A list of numbers from 1, each with so many letters. It counts the rows that were read. */
function listOf(sizes: number[]) {
  const read: number[] = [];
  const page = (after: number, limit: number, step?: number) =>
    pageOf({
      limit,
      after,
      step,
      read: async (from, most) => {
        const rows = sizes.map((size, index) => ({ key: index + 1, size })).slice(from, from + most);
        read.push(rows.length);
        return rows;
      },
      keyOf: ({ key }) => key,
      itemsOf: (rows) => rows.map(({ key, size }) => ({ key, text: 'x'.repeat(size) })),
    });
  return { read, page };
}
const keysOf = ({ items }: { items: { key: number }[] }) => items.map(({ key }) => key);
const afterOf = (cursor: string | null): unknown => cursor && JSON.parse(Buffer.from(cursor, 'base64url').toString());

describe('a page', () => {
  it('ends at its limit, and the last page has no cursor', async () => {
    const { page } = listOf([1, 1, 1]);
    const first = await page(0, 2);
    expect([keysOf(first), afterOf(first.nextCursor)]).toEqual([[1, 2], 2]);
    const second = await page(2, 2);
    expect([keysOf(second), second.nextCursor]).toEqual([[3], null]);
    expect((await page(0, 3)).nextCursor).toBeNull();
    expect(await page(3, 2)).toEqual({ items: [], nextCursor: null });
  });

  it('ends before it would be larger than 1 MB', async () => {
    const { page } = listOf([600_000, 300_000, 200_000, 1]);
    const first = await page(0, 200);
    expect([keysOf(first), afterOf(first.nextCursor)]).toEqual([[1, 2], 2]);
    expect(Buffer.byteLength(JSON.stringify(first))).toBeLessThan(1_000_000);
    expect(keysOf(await page(2, 200))).toEqual([3, 4]);
  });

  it('has at least one item of any size', async () => {
    const { page } = listOf([1, 3_000_000, 3_000_000]);
    expect(keysOf(await page(0, 200))).toEqual([1]);
    expect(keysOf(await page(1, 200))).toEqual([2]);
    const last = await page(2, 200);
    expect([keysOf(last), last.nextCursor]).toEqual([[3], null]);
  });

  it('counts bytes, not characters', async () => {
    const { items } = await pageOf({
      limit: 200,
      after: 0,
      read: async (from, most) => Array.from({ length: 200 }, (_, n) => n + 1).slice(from, from + most),
      keyOf: (key) => key,
      itemsOf: (rows) => rows.map(() => '語'.repeat(10_000)),
    });
    expect(items).toHaveLength(33);
  });

  it('reads no more rows at once than asked for, and none beyond the page', async () => {
    const large = listOf(Array.from({ length: 200 }, () => 100_000));
    expect((await large.page(0, 200, 4)).items).toHaveLength(9);
    expect(large.read).toEqual([4, 4, 4]);
    const small = listOf(Array.from({ length: 200 }, () => 10));
    expect((await small.page(0, 50)).items).toHaveLength(50);
    expect(small.read).toEqual([51]);
  });
});
