import { type Static, Type } from 'typebox';
import { type Database, inOrganization } from '../../db/client.ts';
import { findMassEdit, type MassEditView } from '../../db/mass-edits.ts';
import { readCursor } from '../paging.ts';
import { problem } from '../problems.ts';

export const MASS_EDITS_PATH = '/v1/organizations/:organizationId/mass-edits';
export const MASS_EDIT_PATH = `${MASS_EDITS_PATH}/:massEditId`;

export const OrganizationParams = Type.Object({ organizationId: Type.String() });
export const MassEditParams = Type.Object({ organizationId: Type.String(), massEditId: Type.String() });

/** The mass edit that an address names. Refuses (`not_found`) one that is not there, or another organization's. */
export async function massEditAt(db: Database, params: Static<typeof MassEditParams>): Promise<MassEditView> {
  const { organizationId, massEditId } = params;
  const edit = UUID.test(massEditId)
    ? await inOrganization(db, organizationId, (tx) => findMassEdit(tx, massEditId))
    : null;
  return edit ?? problem('not_found', 'There is no such mass edit.');
}

/** Where a page begins, of which a list says itself what it looks like. Refuses (`invalid_request`) what it is not. */
export function placeOf<Place>(cursor: string | undefined, isPlace: (given: unknown) => given is Place): Place | null {
  if (cursor === undefined) return null;
  const place = readCursor<unknown>(cursor);
  return isPlace(place) ? place : problem('invalid_request', 'The cursor is not one that this list gave out.');
}

/** An internal key or a line. */
export const isKey = (given: unknown): given is number => Number.isSafeInteger(given);

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
