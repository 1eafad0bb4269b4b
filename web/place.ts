/** What an address of the page names; null for one that names no organization. */
export function placeOf(path: string): { organizationId: string; massEditId: string | null } | null {
  const [, organizationId, massEditId] = /^\/organizations\/([^/]+)\/mass-edit(?:\/([^/]+))?\/?$/.exec(path) ?? [];
  return organizationId === undefined ? null : { organizationId, massEditId: massEditId ?? null };
}
