import { type SQL, sql } from 'drizzle-orm';

/**
 * Characters of a name or value that a list shows. An external id may have 255 and every other value has fewer, so that only
 * values from before there were limits of length are cut. Templates, error logs and the file itself cut nothing.
 */
export const MAX_SHOWN_CHARACTERS = 255;

/** The beginning of a text, as lists show it. Takes an SQL expression of our own. */
export const excerptSql = (expression: string): SQL => sql.raw(`left(${expression}, ${MAX_SHOWN_CHARACTERS})`);
