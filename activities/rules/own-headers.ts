/** The columns of our own, by the names that templates write and findings use. */
export const OWN_HEADERS = {
  email: 'Email',
  externalId: 'External Id',
  firstName: 'First name',
  lastName: 'Last name',
  language: 'Language',
  participates: 'Participate in survey',
} as const;
export type OwnField = keyof typeof OWN_HEADERS;

/** What a backdate column's name ends in, after the name of the column it stands beside. */
export const BACKDATE_SUFFIX = ' backdate';
export const backdateHeader = (name: string): string => name + BACKDATE_SUFFIX;

/** The columns that an error log has after the original ones. */
export const ERROR_LOG_HEADERS = ['_line', '_severity', '_code', '_column', '_value', '_message'] as const;
