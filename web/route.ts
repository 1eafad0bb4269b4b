/** The organization and page that an address names; null if it names no organization. */
export function parseRoute(path: string): { organizationId: string; massEditId: string | null } | null {
  const [, organizationId, massEditId] = /^\/organizations\/([^/]+)\/mass-edit(?:\/([^/]+))?\/?$/.exec(path) ?? [];
  return organizationId === undefined ? null : { organizationId, massEditId: massEditId ?? null };
}
