/** The details of findings, for the sentences that describe them. Stored as JSON. */
export type Details = Record<string, string | number | boolean>;

/** The kinds of text with a maximum length. */
export type TextKind =
  | 'external_id'
  | 'email'
  | 'person'
  | 'name'
  | 'segment'
  | 'date'
  | 'number'
  | 'boolean'
  | 'language'
  | 'cell';

export type EmailReason =
  | 'no_at'
  | 'total'
  | 'several_ats'
  | 'several'
  | 'space_in_it'
  | 'nothing_before'
  | 'nothing_after'
  | 'sign_before'
  | 'long_before'
  | 'not_a_domain'
  | 'no_dot'
  | 'quoted'
  | 'percent'
  | 'too_long'
  | 'entity';
export type DateReason =
  | 'no_such_day'
  | 'serial'
  | 'two_digit_year'
  | 'year_alone'
  | 'time'
  | 'instant'
  | 'digit'
  | 'form'
  | 'error_word';
export type NumberReason = 'percent' | 'unit' | 'minus' | 'grouping' | 'digit' | 'date' | 'form' | 'error_word';
/** `present`: the stored identity. `user`: the user's id. `deletedOn`: the day, if the user is deleted. */
export type StoredIdentity = { present?: string; user?: string; deletedOn?: string };
/** `name`: first and last. `person`: email or external id. `deletedOn`: `YYYY-MM-DD`. */
export type DeletedUser = { name?: string; person?: string; deletedOn?: string };
/** Two cells of the column that prove different formats. */
export type Contradiction = { line?: number; cell?: string; otherLine?: number; otherCell?: string };
