import type { ClaimedMassEdit } from '../../db/claimed-edit.ts';
import type { Transaction } from '../../db/client.ts';
import { addFindings } from '../../db/mass-edits/findings.ts';
import { deletionPreconditions, listMissingUsers, warnOfSameNames } from '../../db/plan/missing-users.ts';
import { addRowCount } from '../../db/plan/upload-queries.ts';
import type { FindingCode } from '../../rules/findings/catalogue.ts';
import { finding } from '../../rules/findings/findings.ts';

/**
 * Lists the missing users, or stores the finding why no user may be called missing.
 *
 * @returns the number of missing users; `fileError`: the delete option cannot be used with this file
 */
export async function listMissing(
  tx: Transaction,
  edit: ClaimedMassEdit,
): Promise<{ missing: number; fileError: boolean }> {
  const addFinding = (code: FindingCode, details: Record<string, number> = {}): Promise<void> =>
    addFindings(tx, edit, 'Validation', [finding(null, code, null, null, details)]);
  const rows = await addRowCount(tx, edit, 0);
  const { anyMatch, unreadableLine } = await deletionPreconditions(tx, edit);
  if (rows === 0 || !anyMatch) {
    await addFinding(rows === 0 ? 'DELETE_WITHOUT_ROWS' : 'DELETE_WITHOUT_MATCH');
    return { missing: 0, fileError: true };
  }
  if (unreadableLine !== null) {
    await addFinding('DELETION_OFF', { line: unreadableLine });
    return { missing: 0, fileError: false };
  }
  const missing = await listMissingUsers(tx, edit, rows);
  if (missing > 0) await warnOfSameNames(tx, edit);
  return { missing, fileError: false };
}
