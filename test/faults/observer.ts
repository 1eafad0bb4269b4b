import type { MassEditJson } from '../../api/mass-edits/json/mass-edit-schema.ts';
import type { StageStatus, State } from '../../workflows/contract.ts';

/** The progress of a mass edit, from one look. */
export type Look = {
  state: State;
  outcome: string | null;
  decision: string | null;
  stages: { number: number; status: StageStatus; done: number; total: number }[];
};

const STATES: State[] = ['validating', 'awaiting_approval', 'applying', 'ended'];
const CYCLES = 2;

/**
 * Looks at one mass edit repeatedly and records whatever went back: its state, a changed decision or outcome, a stage
 * that was ended (stage 2 reopens if deletions are declined), the number of rows done.
 */
export function observer() {
  const wrong = new Set<string>();
  let last: Look | null = null;
  const see = (now: Look): void => {
    const was = last;
    last = now;
    if (!was) return;
    if (STATES.indexOf(now.state) < STATES.indexOf(was.state))
      wrong.add(`state went from ${was.state} to ${now.state}`);
    for (const key of ['decision', 'outcome'] as const)
      if (was[key] !== null && now[key] !== was[key]) wrong.add(`${key} went from ${was[key]} to ${now[key]}`);
    for (const before of was.stages) {
      const after = now.stages.find(({ number }) => number === before.number);
      if (!after) wrong.add(`stage ${before.number} is gone`);
      else for (const said of wentBack(before, after, now)) wrong.add(`stage ${before.number}: ${said}`);
    }
  };
  return { see, wrong: (): string[] => [...wrong] };
}

function wentBack(was: Look['stages'][number], now: Look['stages'][number], { decision }: Look): string[] {
  const said: string[] = [];
  const openedAgain = now.number === CYCLES && decision === 'skip_deletions';
  if (rank(now.status) < rank(was.status) && !openedAgain) said.push(`${was.status} became ${now.status}`);
  if (now.done < was.done) said.push(`done went from ${was.done} to ${now.done}`);
  if (now.total < was.total) said.push(`total went from ${was.total} to ${now.total}`);
  return said;
}

const rank = (status: StageStatus): number => ({ waiting: 0, running: 1, failed: 2, done: 2, not_applied: 2 })[status];

/** The sum that holds in every state of a mass edit. */
export function sumOf({ counts }: Pick<MassEditJson, 'counts'>): string[] {
  const { read, created, updated, unchanged, refused, skipped } = counts;
  const sum = created + updated + unchanged + refused + skipped;
  return sum === read ? [] : [`counts do not add up: ${JSON.stringify(counts)}`];
}
