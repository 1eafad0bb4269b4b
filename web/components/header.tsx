import { nameOf, type Session } from '../mass-edit.ts';
import type { Words } from '../messages/en.ts';
import { LANGUAGES, type Language, LOCALES } from '../messages/language.ts';

const NAMES: Record<Language, string> = { en: 'English', sv: 'Svenska' };

type Props = {
  words: Words;
  language: Language;
  onLanguage: (language: Language) => void;
  session: Session | null;
  onSignOut: () => Promise<void>;
};

/** The signed-in user, the language, and the sign-out button. */
export function Header({ words, language, onLanguage, session, onSignOut }: Props) {
  return (
    <header class="top">
      <div class="column bar">
        <span class="brand">{session ? <bdi>{session.organization.name}</bdi> : words.title}</span>
        <fieldset class="languages">
          <legend class="unseen">{words.language}</legend>
          {LANGUAGES.map((one) => (
            <button
              key={one}
              type="button"
              class="quiet"
              lang={LOCALES[one]}
              aria-pressed={one === language}
              onClick={() => onLanguage(one)}
            >
              {NAMES[one]}
            </button>
          ))}
        </fieldset>
        {session && (
          <span class="who">
            <bdi>{nameOf(session.user)}</bdi>
            {/* Signing out needs a connection. Offline the button stays, so that the user can press it again. */}
            <button type="button" class="quiet" onClick={() => void onSignOut().catch(() => {})}>
              {words.signIn.out}
            </button>
          </span>
        )}
      </div>
    </header>
  );
}
