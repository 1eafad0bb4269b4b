import { createHash } from 'node:crypto';
import type { MassEditView } from '../../../db/mass-edits/mass-edits.ts';
import { massEditJson } from '../json/mass-edit-json.ts';
import type { MassEditJson } from '../json/mass-edit-schema.ts';
import { eventBlock } from './event-stream.ts';

/** A mass edit at one moment. */
export type Snapshot = {
  edit: MassEditJson;
  /** The same as JSON text. */
  text: string;
  /** The id of this snapshot, for `Last-Event-ID`: the same in every process, another as soon as anything differs. */
  id: string;
};
/** The kind of change: progress within a stage, a stage that is done, or any other change. */
export type Change = 'progress' | 'stage' | 'state';

/** Long enough that no two snapshots of a mass edit share an id. */
const ID_CHARACTERS = 22;

/** A mass edit as it is now. The same state gives the same id, in every process. */
export function snapshotOf(view: MassEditView): Snapshot {
  const edit = massEditJson(view);
  const text = JSON.stringify(edit);
  return { edit, text, id: createHash('sha256').update(text).digest('base64url').slice(0, ID_CHARACTERS) };
}

/** The greatest change between two snapshots, null if there is none. */
export function changeBetween(before: Snapshot, now: Snapshot): Change | null {
  if (before.id === now.id) return null;
  if (frameOf(before) !== frameOf(now)) return 'state';
  return stageStateOf(before) === stageStateOf(now) ? 'progress' : 'stage';
}

/** The event of a change, with all fields that the change can affect. */
export function changeEvent(change: Change, { edit, text, id }: Snapshot): Buffer {
  const { stage, stages, counts } = edit;
  const data = { progress: { stage }, stage: { stage, stages, counts } };
  return eventBlock({ id, name: change, data: change === 'state' ? text : JSON.stringify(data[change]) });
}

/** The event that begins a stream. */
export const snapshotEvent = ({ text, id }: Snapshot): Buffer => eventBlock({ id, name: 'snapshot', data: text });

/** All fields except those that change during a stage. */
function frameOf({ edit }: Snapshot): string {
  const { stage: _stage, stages: _stages, counts: _counts, ...frame } = edit;
  return JSON.stringify(frame);
}

const stageStateOf = ({ edit }: Snapshot): string =>
  JSON.stringify([edit.counts, edit.stages.map(({ status }) => status)]);
