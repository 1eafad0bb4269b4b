import { type Static, Type } from 'typebox';
import { type Database, inOrganization } from '../../db/client.ts';
import { findMassEdit, type MassEditView } from '../../db/mass-edits/mass-edits.ts';
import { throwProblem } from '../problems.ts';

export const MASS_EDITS_PATH = '/v1/organizations/:organizationId/mass-edits';
export const MASS_EDIT_PATH = `${MASS_EDITS_PATH}/:massEditId`;

export const OrganizationParams = Type.Object({ organizationId: Type.String() });
export const MassEditParams = Type.Object({ organizationId: Type.String(), massEditId: Type.String() });

/** The mass edit of an address. Refuses (`not_found`) if it does not exist or belongs to another organization. */
export async function loadMassEdit(db: Database, params: Static<typeof MassEditParams>): Promise<MassEditView> {
  const { organizationId, massEditId } = params;
  const edit = UUID.test(massEditId)
    ? await inOrganization(db, organizationId, (tx) => findMassEdit(tx, massEditId))
    : null;
  return edit ?? throwProblem('not_found', 'There is no such mass edit.');
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
