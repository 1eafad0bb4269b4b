export const LANGUAGES = ['en', 'sv'] as const;
export type Language = (typeof LANGUAGES)[number];
/** English as it is written in Europe, where the day comes before the month. */
export const LOCALES: Record<Language, string> = { en: 'en-GB', sv: 'sv-SE' };

/** The language that was chosen here before, else the first of the browser's that there is, else English. */
export function preferredLanguage(): Language {
  const wished = [kept(), ...navigator.languages].map((one) => one?.split('-')[0]);
  return wished.map((one) => LANGUAGES.find((language) => language === one)).find(Boolean) ?? 'en';
}

/** Keeps a choice for the next visit, where the browser lets us. */
export function keepLanguage(language: Language): void {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // Storage is switched off: it holds for this visit.
  }
}

/** Does a step after which the browser may have cleared its storage, and keeps the choice there was. */
export async function keepingLanguage(step: () => Promise<unknown>): Promise<void> {
  const before = LANGUAGES.find((language) => language === kept());
  await step();
  if (before) keepLanguage(before);
}

const KEY = 'mass-edit-language';

function kept(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
