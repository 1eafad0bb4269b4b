import type { Column } from '../columns/headers.ts';
import type { ExistingUser } from './compare-row.ts';

/** Whom a row is about. */
export type RowMatch = {
  /** Of somebody new: the id that is kept for them. */
  userId: number;
  /** Null: somebody new. */
  user: ExistingUser | null;
  /** Whom the email finds, where that is another one than whom the external id finds. */
  conflictingUserId: number | null;
  /** What the row's identities are compared by. */
  emailKey: string | null;
  externalIdKey: string | null;
};

/** Somebody whom a row names, in an attribute that points at people. */
export type ReferencedUser = {
  id: number;
  /** See `users.names_version`; of somebody new it is 1. */
  namesVersion: number;
  /** The line of the row that gives them the name by which they are named; null where they have it already. */
  line: number | null;
  /** They are in the database, living or deleted. */
  exists: boolean;
};

/** An identity of a row that is that of a user, or of another row (`otherLine`), spelled otherwise. */
export type RespelledIdentity = {
  kind: 'email' | 'externalId';
  /** Only the zeros in front are missing. */
  zeros: boolean;
  /** The right spelling; null if several are possible. */
  present: string | null;
  otherLine: number | null;
};

/** An identity that the row gives to a living user, and that a deleted user could come back with. */
export type TakenIdentity = { kind: 'email' | 'externalId'; owner: ExistingUser };

/** Users by the identity that a row gives with letters lost, and how they spell it. */
export type WholeIdentities = Record<'email' | 'externalId', readonly { id: number; spelling: string }[]>;

/** All that a row is compared with. */
export type RowFacts = {
  /** The columns of attributes, at the places at which the row keeps their values. */
  columns: readonly Column[];
  match: RowMatch;
  /** By these places, whom each name of the row means; null: nobody was found. Undefined where it names nobody. */
  referencedUsers: readonly (ReferencedUser | null | undefined)[];
  /** By these places, what a name that no user has is meant to be. */
  suggestedReferences: readonly (string | undefined)[];
  respelled: readonly RespelledIdentity[];
  takenIdentities: readonly TakenIdentity[];
  /** Attributes (ids) in which somebody who comes back points at one who is not there any more. */
  clearedReferences: readonly string[];
  /** Backdates (attribute ids, `participates`) that move something though the row itself changes nothing there. */
  effectiveBackdates: ReadonlySet<string>;
  /** The names_version of everybody whom the person points at in attributes that the row does not touch, together. */
  otherReferencesVersion: number;
  /** The living users that the row names beside the one that it is about; null: none. */
  alsoPresent: readonly number[] | null;
  /** The living users who have an identity of the row whole, of which the row lacks letters. Null: none was looked for. */
  wholeIdentities: WholeIdentities | null;
  /** Whether a text that the row names beside its own identities is an identity of a user. */
  isUser(text: string): boolean;
  /** What an attribute is called, by its id. */
  nameOf(attributeId: string): string;
};
