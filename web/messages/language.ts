export const LANGUAGES = ['en', 'sv'] as const;
export type Language = (typeof LANGUAGES)[number];
/** English as written in Europe: the day before the month. */
export const LOCALES: Record<Language, string> = { en: 'en-GB', sv: 'sv-SE' };

/** The language chosen on an earlier visit, else the first language of the browser that the page has, else English. */
export function preferredLanguage(): Language {
  const wished = [kept(), ...navigator.languages].map((one) => one?.split('-')[0]);
  return wished.map((one) => LANGUAGES.find((language) => language === one)).find(Boolean) ?? 'en';
}

/** Stores the choice for the next visit, if the browser allows it. */
export function keepLanguage(language: Language): void {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // Storage is switched off: the choice holds for this visit.
  }
}

/** Runs a step that may clear the browser's storage, and keeps the choice. */
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
