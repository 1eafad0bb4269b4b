import { useEffect, useState } from 'preact/hooks';
import { call, refusalIn, whenSignedOut } from './api.ts';
import type { Session } from './mass-edit.ts';
import { keepingLanguage } from './words/language.ts';

export type SignedIn =
  | { kind: 'asking' }
  | { kind: 'unreachable' }
  /** `badLink`: a sign-in link was followed whose token is not valid. */
  | { kind: 'out'; badLink: boolean }
  /** `ended`: the session is over, and what it showed stays in sight. */
  | { kind: 'in'; session: Session; ended: boolean };

export type SessionControl = {
  state: SignedIn;
  /** Exchanges a token for a session. @throws Refusal, `unauthenticated` where the token is not valid */
  signIn: (token: string) => Promise<void>;
  signOut: () => Promise<void>;
  retry: () => void;
};

/**
 * Who is signed in: by the token of a sign-in link, which leaves the address at once, else by the cookie of an earlier
 * sign-in.
 */
export function useSession(): SessionControl {
  const [state, setState] = useState<SignedIn>({ kind: 'asking' });

  const enter = (session: Session) => setState({ kind: 'in', session, ended: false });
  const signIn = async (token: string) => {
    const { body } = await call<Session>(PATH, { method: 'POST', body: { token } });
    if (body) enter(body);
  };
  const begin = async () => {
    const token = tokenOfLink();
    try {
      if (token) await signIn(token);
      else {
        const { body } = await call<Session>(PATH);
        if (body) enter(body);
      }
    } catch (error) {
      // A session that has ended counts as a failed attempt of the address, and a valid one is never refused for those.
      const isOut = ['unauthenticated', 'too_many_requests'].includes(refusalIn(error).code);
      if (isOut) setState({ kind: 'out', badLink: !!token });
      else setState({ kind: 'unreachable' });
    }
  };

  useEffect(() => {
    whenSignedOut(() => setState((now) => (now.kind === 'in' ? { ...now, ended: true } : now)));
    void begin();
  }, []);

  return {
    state,
    signIn,
    signOut: async () => {
      // The answer clears the browser's storage.
      await keepingLanguage(() => call(PATH, { method: 'DELETE' }));
      setState({ kind: 'out', badLink: false });
    },
    retry: () => void begin(),
  };
}

const PATH = '/v1/session';

/** Takes `#token=…` out of the address: there it would stay in the history and in bookmarks. */
function tokenOfLink(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token !== null) history.replaceState(null, '', location.pathname + location.search);
  return token;
}
