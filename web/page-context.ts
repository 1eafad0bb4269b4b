import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Format } from './format.ts';
import type { Limits, Session } from './mass-edit.ts';
import type { Words } from './messages/en.ts';
import type { Language } from './messages/language.ts';

/** The context of every component: the language, the session, and the limits (null until they are known). */
export type PageContext = {
  words: Words;
  language: Language;
  format: Format;
  session: Session;
  limits: Limits | null;
};

const Context = createContext<PageContext | null>(null);
export const PageProvider = Context.Provider;

/** @throws outside of a signed-in page */
export function usePage(): PageContext {
  const page = useContext(Context);
  if (!page) throw new Error('This part stands outside of the page');
  return page;
}
