import { useEffect, useMemo, useState } from 'preact/hooks';
import { Header } from './components/header.tsx';
import { Home } from './components/home.tsx';
import { LinkQuestion } from './components/link-question.tsx';
import { MassEditPage } from './components/mass-edit-page.tsx';
import { SignIn, SignInAgain } from './components/sign-in.tsx';
import { Skeleton } from './components/skeleton.tsx';
import { Status } from './components/status.tsx';
import { formatFor } from './format.ts';
import { useFetched } from './hooks/use-fetched.ts';
import type { Limits } from './mass-edit.ts';
import { en, type Words } from './messages/en.ts';
import { keepLanguage, type Language, LOCALES, preferredLanguage } from './messages/language.ts';
import { sv } from './messages/sv.ts';
import { PageProvider } from './page-context.ts';
import { parseRoute } from './route.ts';
import { type SessionControl, useSession } from './session.ts';

const WORDS: Record<Language, Words> = { en, sv };

/** The whole page: the signed-in user, the language, and the page that the address names. */
export function App() {
  const [language, setLanguage] = useState(preferredLanguage);
  const words = WORDS[language];
  const control = useSession();
  const { state } = control;
  const session = state.kind === 'in' ? state.session : null;

  useEffect(() => {
    document.documentElement.lang = LOCALES[language];
  }, [language]);
  const choose = (chosen: Language) => {
    keepLanguage(chosen);
    setLanguage(chosen);
  };

  return (
    <>
      <a class="skip" href="#content">
        {words.skip}
      </a>
      <Header words={words} language={language} onLanguage={choose} session={session} onSignOut={control.signOut} />
      <main class="column" id="content" tabIndex={-1}>
        <Content words={words} language={language} control={control} />
      </main>
      <Status />
      <LinkQuestion words={words} control={control} />
    </>
  );
}

type ContentProps = { words: Words; language: Language; control: SessionControl };

function Content({ words, language, control }: ContentProps) {
  const { state } = control;
  useEffect(() => {
    if (state.kind !== 'in') document.title = words.title;
  }, [state.kind, words]);

  if (state.kind === 'in') return <SignedIn words={words} language={language} control={control} />;
  return (
    <>
      <h1>{words.title}</h1>
      {state.kind === 'asking' && <Skeleton lines={3} />}
      {state.kind === 'out' && <SignIn words={words} control={control} key={state.trouble} trouble={state.trouble} />}
      {state.kind === 'unreachable' && (
        <div class="notice bad" role="alert">
          <p>{words.noAnswer}</p>
          <button type="button" onClick={control.retry}>
            {words.tryAgain}
          </button>
        </div>
      )}
    </>
  );
}

function SignedIn({ words, language, control }: ContentProps) {
  const session = control.state.kind === 'in' ? control.state.session : null;
  const ended = control.state.kind === 'in' && control.state.ended;
  const organization = session?.organization;
  const at = parseRoute(location.pathname);
  const organizationId = at?.organizationId ?? organization?.id ?? null;
  // Asked again after the next sign-in.
  const limits = useFetched<Limits>(
    organizationId && !ended ? `/v1/organizations/${organizationId}/limits` : null,
    session,
  ).body;
  const format = useMemo(() => formatFor(language, organization?.timeZone), [language, organization?.timeZone]);
  const page = useMemo(
    () => session && { words, language, format, session, limits },
    [words, language, format, session, limits],
  );

  useEffect(() => {
    if (!at && organization) history.replaceState(null, '', `/organizations/${organization.id}/mass-edit`);
  }, [at, organization]);

  if (!page || organizationId === null) return null;
  // A new session restarts watching. A part that stays visible during a sign-in is kept as it is.
  return (
    <PageProvider value={page}>
      {at?.massEditId ? (
        <MassEditPage organizationId={organizationId} massEditId={at.massEditId} />
      ) : (
        <Home organizationId={organizationId} />
      )}
      {ended && <SignInAgain words={words} control={control} />}
    </PageProvider>
  );
}
