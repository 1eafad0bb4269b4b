import { describe, expect, it } from 'vitest';
import {
  decideGate,
  type Gate,
  type GateAsked,
  type GateNumbers,
  gateRefusalOf,
  isSecondPersonRequired,
  type NewNames,
} from '../../rules/gate.ts';

/** Answers with only the numbers that matter to the gate. */
const answersOf = (answers: number, ofAnswers: number) => ({
  ...{ answers, ofAnswers, comments: 0, users: 0 },
  ...{ surveys: [], moreSurveys: 0 },
});

const QUIET: GateNumbers = {
  review: false,
  users: 1_000,
  created: 0,
  deletions: 0,
  deletedLastDay: 0,
  listed: { tokenHolders: 0, managers: 0, reports: 0 },
  deleteLimit: { percent: 20, fromUsers: 100, people: 500 },
  newNames: [],
  answersRemoved: answersOf(0, 0),
};
const gateWith = (numbers: Partial<GateNumbers>): Gate => decideGate({ ...QUIET, ...numbers });
const reasonsWith = (numbers: Partial<GateNumbers>) => gateWith(numbers).reasons.map(({ reason }) => reason);
const NAMES: NewNames = { attribute: 'Team', segments: 1, ofCells: 100, allNew: false, examples: ['A'] };

describe('the gate', () => {
  it('stays shut if the plan gives no reason', () => {
    expect(gateWith({})).toEqual({ reasons: [], countRequired: false, answersCountRequired: false });
  });

  it('gives each reason with its numbers', () => {
    const newNames = [{ ...NAMES, allNew: true }];
    const answersRemoved = answersOf(3, 90);
    const listed = { tokenHolders: 1, managers: 2, reports: 9 };
    const all = { listed, review: true, created: 501, deletions: 2, deletedLastDay: 1, newNames, answersRemoved };
    expect(gateWith(all).reasons).toEqual([
      { reason: 'deletions', count: 2, ofUsers: 1_000, deletedLastDay: 1, ...listed },
      { reason: 'answers_removed', ...answersRemoved },
      { reason: 'many_created', created: 501, ofUsers: 1_000 },
      { reason: 'many_new_segments', ...NAMES, allNew: true },
      { reason: 'review' },
    ]);
  });

  it.each([
    [501, 1_000, true],
    [500, 1_000, false],
    [101, 200, true],
    [100, 100, false],
    [101, 100, true],
    [5_000, 99, false],
    [5_000, 0, false],
  ])('with %i created beside %i users: many is %s', (created, users, many) => {
    expect(reasonsWith({ created, users })).toEqual(many ? ['many_created'] : []);
  });

  it.each([
    [{ segments: 1, allNew: true }, true],
    [{ segments: 20, ofCells: 21 }, false],
    [{ segments: 21, ofCells: 209 }, true],
    [{ segments: 21, ofCells: 210 }, false],
    [{ segments: 0, ofCells: 0, allNew: true }, false],
  ])('with the names %j: many is %s', (names, many) => {
    expect(reasonsWith({ newNames: [{ ...NAMES, ...names }] })).toEqual(many ? ['many_new_segments'] : []);
  });
});

describe('the number of users to delete', () => {
  it.each([
    [1_000, 200, 0, false],
    [1_000, 201, 0, true],
    [10_000, 500, 0, false],
    [10_000, 501, 0, true],
    // In several mass edits.
    [900, 150, 100, true],
    [900, 100, 100, false],
    [9_600, 101, 400, true],
    [9_600, 100, 400, false],
    [900, 0, 100, false],
    // In a small organization: at least 5 users, and more than half.
    [6, 5, 0, true],
    [6, 4, 0, false],
    [10, 5, 0, false],
    [9, 5, 0, true],
    [7, 3, 2, true],
    [99, 49, 0, false],
    [99, 50, 0, true],
  ])('of %i users, %i deleted now and %i before: must be typed is %s', (users, deletions, deletedLastDay, typed) => {
    expect(gateWith({ users, deletions, deletedLastDay }).countRequired).toBe(typed);
  });
});

describe('the number of answers to remove', () => {
  it.each([
    [100, 1_000, false],
    [101, 1_000, true],
    [20, 100, false],
    [21, 100, true],
    [0, 0, false],
  ])('of %i of %i: must be typed is %s', (answers, ofAnswers, typed) => {
    expect(gateWith({ answersRemoved: answersOf(answers, ofAnswers) }).answersCountRequired).toBe(typed);
  });
});

describe('an answer', () => {
  const asked = (numbers: Partial<GateNumbers>, secondApprover = true): GateAsked => {
    const gate = gateWith(numbers);
    return { gate, deletions: numbers.deletions ?? 0, countRequired: gate.countRequired, secondApprover };
  };
  const many = asked({ deletions: 300, answersRemoved: answersOf(50, 60) });
  const few = asked({ deletions: 3, answersRemoved: answersOf(5, 600) });

  it('must carry the required numbers', () => {
    const numbers = { count: 300, answersCount: 50 };
    expect(gateRefusalOf(many, { decision: 'approve', ...numbers })).toBeNull();
    expect(gateRefusalOf(many, { decision: 'approve', answersCount: 50 })).toBe('count');
    expect(gateRefusalOf(many, { decision: 'approve', count: 300 })).toBe('answersCount');
    expect(gateRefusalOf(many, { decision: 'skip_deletions', answersCount: 50 })).toBeNull();
    expect(gateRefusalOf(many, { decision: 'skip_deletions' })).toBe('answersCount');
    expect(gateRefusalOf(few, { decision: 'approve' })).toBeNull();
  });

  it('is refused with a wrong number, even if no number is required', () => {
    expect(gateRefusalOf(few, { decision: 'approve', count: 4 })).toBe('count');
    expect(gateRefusalOf(few, { decision: 'skip_deletions', count: 4 })).toBe('count');
    expect(gateRefusalOf(few, { decision: 'approve', answersCount: 6 })).toBe('answersCount');
    expect(gateRefusalOf(asked({ review: true }), { decision: 'approve', count: 1 })).toBe('count');
    expect(gateRefusalOf(asked({ review: true }), { decision: 'approve', count: 0 })).toBeNull();
  });

  it('cannot skip deletions if there are none', () => {
    expect(gateRefusalOf(asked({ review: true }), { decision: 'skip_deletions' })).toBe('nothing_to_skip');
  });

  it.each([
    [{ deletions: 1 }, true, false],
    [{ answersRemoved: answersOf(1, 9) }, true, true],
    [{ review: true }, true, true],
    [{ created: 900 }, false, false],
    [{ newNames: [{ ...NAMES, allNew: true }] }, false, false],
  ])('to %j needs a second person: approved %s, without deletions %s', (numbers, approved, skipped) => {
    expect(isSecondPersonRequired(asked(numbers), 'approve')).toBe(approved);
    expect(isSecondPersonRequired(asked(numbers), 'skip_deletions')).toBe(skipped);
    expect(isSecondPersonRequired(asked(numbers, false), 'approve')).toBe(false);
  });

  it('to a plan of an earlier version, which has no reasons, needs a second person too', () => {
    const unknown = { gate: null, deletions: 3, countRequired: false, secondApprover: true };
    expect(isSecondPersonRequired(unknown, 'approve')).toBe(true);
    expect(gateRefusalOf(unknown, { decision: 'approve' })).toBeNull();
  });
});
