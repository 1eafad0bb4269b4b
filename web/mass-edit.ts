/** The answers of the API, by the types of its own schemas. */
import type { FindingGroupJson, FindingJson } from '../api/mass-edits/json/finding-json.ts';
import type { MassEditJson } from '../api/mass-edits/json/mass-edit-schema.ts';
import type { PlanRowJson } from '../api/mass-edits/json/plan-row-json.ts';
import type { LimitsJson } from '../api/routes/limits.ts';
import type { SessionJson } from '../api/routes/session.ts';

export type { Page } from '../api/paging.ts';
export type MassEdit = MassEditJson;
export type Finding = FindingJson;
export type FindingGroup = FindingGroupJson;
export type PlanRow = PlanRowJson;
export type Limits = LimitsJson;
export type Session = SessionJson;

export type State = MassEdit['state'];
export type Options = MassEdit['options'];
export type Counts = MassEdit['counts'];
export type CurrentStage = MassEdit['stage'];
export type Stage = MassEdit['stages'][number];
export type StageName = Stage['name'];
export type StageStatus = Stage['status'];
export type Deletion = NonNullable<MassEdit['deletion']>;
export type GateReason = NonNullable<MassEdit['gate']>['reasons'][number];
export type ColumnReading = MassEdit['file']['reading'][number];
export type Cell = NonNullable<ColumnReading['proof']>;
/** A person by the data that is known. */
export type Person = Omit<PlanRow['user'], 'id'>;
export type Role = Session['role'];

/** Each role may do what the roles before it may do. */
const ROLES: Role[] = ['viewer', 'editor', 'approver', 'admin'];
/** Whether this role may do an action that needs the other role. The API decides. */
export const hasRole = (role: Role, needed: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(needed);

/** The address of a mass edit on the page. */
export const pageOf = (edit: Pick<MassEdit, 'organizationId' | 'id'>): string =>
  `/organizations/${edit.organizationId}/mass-edit/${edit.id}`;

/** The display name of a person: the name, else another identifier. */
export function nameOf(person: Person): string {
  const name = [person.firstName, person.lastName].filter(Boolean).join(' ');
  return name || person.email || person.externalId || '–';
}
