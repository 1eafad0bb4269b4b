import { type SQL, sql } from 'drizzle-orm';

/**
 * Characters of a name or value that a list shows. An external id may have 255 and every other value has fewer. Only
 * values from the time before length limits are cut. Templates, error logs and the file itself are never cut.
 */
export const MAX_SHOWN_CHARACTERS = 255;

/** The beginning of a text, as lists show it. Takes an SQL expression from the code, never from a request. */
export const excerptSql = (expression: string): SQL => sql.raw(`left(${expression}, ${MAX_SHOWN_CHARACTERS})`);
