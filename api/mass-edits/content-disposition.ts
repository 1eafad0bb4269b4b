/**
 * The Content-Disposition of a download (RFC 6266): the name in ASCII for old clients, and unchanged (RFC 8187) for all
 * others.
 */
export function attachment(fileName: string): string {
  const ascii = fileName
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]/g, '_')
    .replace(/["\\]/g, '_');
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encode(fileName)}`;
}

/** Characters that `encodeURIComponent` leaves and RFC 8187 does not allow. */
const encode = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
