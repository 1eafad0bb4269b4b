import type { Column } from '../columns/headers.ts';
import type { ExistingUser } from './compare-row.ts';

/** The user that a row is about. */
export type RowMatch = {
  /** Of a new user: the reserved id. */
  userId: number;
  /** Null: a new user. */
  user: ExistingUser | null;
  /** The user that the email finds, if the external id finds another user. */
  conflictingUserId: number | null;
  /** The comparison keys of the row's identities. */
  emailKey: string | null;
  externalIdKey: string | null;
};

/** A user that a row names in a users attribute. */
export type ReferencedUser = {
  id: number;
  /** See `users.names_version`; 1 for a new user. */
  namesVersion: number;
  /** The line of the row that gives the user the identity by which it is named; null if the user has it already. */
  line: number | null;
  /** The user is in the database, active or deleted. */
  exists: boolean;
};

/** An identity of a row that a user or another row (`otherLine`) has in another spelling. */
export type RespelledIdentity = {
  kind: 'email' | 'externalId';
  /** Only leading zeros are missing. */
  zeros: boolean;
  /** The right spelling; null if several are possible. */
  present: string | null;
  otherLine: number | null;
};

/** An identity that the row gives to an active user, and that belongs to a deleted user who could be restored. */
export type TakenIdentity = { kind: 'email' | 'externalId'; owner: ExistingUser };

/** The users whose identity the row gives with lost letters, and the whole spelling. */
export type WholeIdentities = Record<'email' | 'externalId', readonly { id: number; spelling: string }[]>;

/** The facts that a row is compared with. "By value index": in the order of `columns`. */
export type RowFacts = {
  /** The attribute columns, in the order in which the row keeps their values. */
  columns: readonly Column[];
  match: RowMatch;
  /** By value index: the user that the cell names. Null: not found. Undefined: the cell names no user. */
  referencedUsers: readonly (ReferencedUser | null | undefined)[];
  /** By value index: the identity that is probably meant, if the cell's identity finds no user. */
  suggestedReferences: readonly (string | undefined)[];
  respelled: readonly RespelledIdentity[];
  takenIdentities: readonly TakenIdentity[];
  /** Attributes (ids) in which a restored user points at a user that no longer exists. */
  clearedReferences: readonly string[];
  /** Backdates (attribute ids, `participates`) that have an effect although the row does not change the value. */
  effectiveBackdates: ReadonlySet<string>;
  /** The sum of `names_version` of the users that the user points at in attributes that the row does not touch. */
  otherReferencesVersion: number;
  /** The active users that the row names beside its own user; null: none. */
  alsoPresent: readonly number[] | null;
  /** The active users whose identity the row may give with lost letters. Null: not looked up. */
  wholeIdentities: WholeIdentities | null;
  /** Whether a text of the row, beside its own identities, is an identity of a user. */
  isUser(text: string): boolean;
  /** The name of an attribute, by its id. */
  nameOf(attributeId: string): string;
};
