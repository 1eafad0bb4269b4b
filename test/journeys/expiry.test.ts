import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { heldClock } from '../support/clock.ts';
import { type Product, startProduct } from '../support/product.ts';

const clock = heldClock();
let product: Product;
beforeAll(async () => {
  product = await startProduct({ clock });
});
afterAll(() => product.close());

describe('a gate without an answer', () => {
  it('expires with nothing written, and the next upload is taken', async () => {
    const organization = await product.newOrganization();
    await organization.run('Email;First name\nann@example.com;Ann\nbo@example.com;Bo\n');
    const before = await organization.live();
    const waiting = await organization.toGate('Email;First name;Department\nann@example.com;Anna;Legal\n');
    expect(Date.parse(waiting.deletion?.expiresAt ?? '')).toBeGreaterThan(Date.parse(waiting.createdAt));

    clock.expire(organization.organizationId);
    const ended = await organization.reaches(waiting, 'ended');
    expect(ended).toMatchObject({ outcome: 'expired', decision: 'expire', decidedBy: null });
    expect(ended.counts).toMatchObject({ updated: 0, deleted: 0, segmentsCreated: 0, membershipsChanged: 0 });
    expect(await organization.live()).toEqual(before);
    const late = await organization.approve(waiting);
    expect([late.status, late.body.code]).toEqual([409, 'not_awaiting_approval']);
    expect((await organization.run('Email;First name\nann@example.com;Anna\n')).counts.updated).toBe(1);
  });
});
