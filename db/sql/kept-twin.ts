import { type SQL, sql } from 'drizzle-orm';

/** The `twin` of a row that gets a new name. A twin stays a twin as long as its name compares equal. */
export const keptTwin = (name: string): SQL => sql`case when name_key = fold_name(${name}) then twin else 0 end`;
