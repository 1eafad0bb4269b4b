import { sameIdentity } from './text.ts';

export const KINDS = ['email', 'externalId'] as const;
export type Kind = (typeof KINDS)[number];

/** What an external id may have been before a program respelled it. Random files have no other respelling. */
export const before = (kind: Kind, text: string): string[] => {
  if (kind === 'email') return [];
  const bare = text.replace(/^['"#]+/, '').replace(/['"#]+$/, '');
  return [bare, bare.replace(/\.0+$/, '')].filter((one) => one !== '' && !sameIdentity(one, text));
};
