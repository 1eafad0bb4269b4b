import { useEffect, useRef, useState } from 'preact/hooks';
import { announce } from './announce.ts';
import { call, refusalIn, SESSION_PATH, whenSignedOut } from './api.ts';
import type { Session } from './mass-edit.ts';
import { keepingLanguage } from './messages/language.ts';
import { parseRoute } from './route.ts';

/** Why a sign-in link did not sign in. */
export type LinkTrouble = 'link' | 'tooMany' | 'unreachable';
export type SignedIn =
  | { kind: 'asking' }
  | { kind: 'unreachable' }
  /** `trouble`: a sign-in link failed. */
  | { kind: 'out'; trouble: LinkTrouble | null }
  /** `ended`: the session is over, and its content stays visible. */
  | { kind: 'in'; session: Session; ended: boolean };
export type Who = Pick<Session, 'organization' | 'user'>;
/** A sign-in that waits for an answer of the user. The existing session stays valid meanwhile. */
export type Question =
  | { kind: 'other user'; current: Who; next: Who; secret: string }
  | { kind: 'in vain'; trouble: LinkTrouble };

export type SessionControl = {
  state: SignedIn;
  question: Question | null;
  /** Signs in the other user of the question, or keeps the session. */
  answer: (change: boolean) => void;
  /** Exchanges a token or a link for a session. @throws Refusal, `unauthenticated` if it is not valid */
  signIn: (secret: string) => Promise<void>;
  signOut: () => Promise<void>;
  retry: () => void;
};

/**
 * The signed-in user. A sign-in link signs in, when it opens the page or is put into the address of an open page.
 * Otherwise the cookie of an earlier sign-in does. A session of another user stays until the user agrees to
 * end it.
 */
export function useSession(): SessionControl {
  const [state, setState] = useState<SignedIn>({ kind: 'asking' });
  const [question, setQuestion] = useState<Question | null>(null);
  /**
   * The current state, for callbacks from an earlier render; and the link to try again with, because the address has it
   * no more.
   */
  const now = useRef({ state, question, link: null as string | null });

  const show = (next: SignedIn) => {
    now.current.state = next;
    setState(next);
  };
  const ask = (next: Question | null) => {
    now.current.question = next;
    setQuestion(next);
  };
  const enter = (session: Session, byQuestion: boolean) => {
    const { state: before } = now.current;
    const isOther = before.kind === 'in' && idOf(before.session) !== idOf(session);
    if ((isOther || byQuestion) && parseRoute(location.pathname)?.organizationId !== session.organization.id)
      history.replaceState(null, '', '/');
    // The data and choices of one user must not be shown to another user.
    if (isOther) location.reload();
    else show({ kind: 'in', session, ended: false });
  };
  const signIn = async (secret: string, replace: boolean) => {
    try {
      const body = { [isLink(secret) ? 'link' : 'token']: secret, replace };
      const answer = await call<Session>(SESSION_PATH, { method: 'POST', body });
      if (answer.body) enter(answer.body, replace);
    } catch (error) {
      const { code, more } = refusalIn(error);
      if (code !== 'other_user_signed_in') throw error;
      ask({ kind: 'other user', ...(more as { current: Who; next: Who }), secret });
    }
  };
  const byCookie = async (byQuestion: boolean) => {
    try {
      const { body } = await call<Session>(SESSION_PATH);
      if (body) enter(body, byQuestion);
    } catch (error) {
      // A session that has ended counts as a failed attempt of the address. A valid session is never refused for those.
      show(troubleOf(error) === 'unreachable' ? { kind: 'unreachable' } : { kind: 'out', trouble: null });
    }
  };
  const byLink = async (secret: string, replace = false) => {
    now.current.link = secret;
    try {
      await signIn(secret, replace);
    } catch (error) {
      const trouble = troubleOf(error);
      if (now.current.state.kind !== 'in') {
        if (trouble === 'unreachable') return show({ kind: 'unreachable' });
        await byCookie(true);
      }
      if (now.current.state.kind === 'in') ask({ kind: 'in vain', trouble });
      else if (now.current.state.kind === 'out') show({ kind: 'out', trouble });
    }
    now.current.link = null;
  };
  const begin = () => void (now.current.link === null ? byCookie(false) : byLink(now.current.link));

  useEffect(() => {
    whenSignedOut(() => {
      const { state: before } = now.current;
      if (before.kind === 'in') show({ ...before, ended: true });
    });
    now.current.link = linkOfAddress();
    begin();
    const follow = () => {
      const secret = linkOfAddress();
      if (secret !== null) void byLink(secret);
    };
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);

  return {
    state,
    question,
    answer: (change) => {
      // The dialog reports a close event after each answer, too.
      if (now.current.question !== question) return;
      ask(null);
      if (change && question?.kind === 'other user') void byLink(question.secret, true);
      else if (state.kind !== 'in') void byCookie(true);
    },
    signIn: (secret) => signIn(secret, false),
    signOut: async () => {
      // The answer clears the browser's storage.
      await keepingLanguage(() => call(SESSION_PATH, { method: 'DELETE' }));
      // The last sentence names users.
      announce('');
      show({ kind: 'out', trouble: null });
    },
    retry: begin,
  };
}

export const isLink = (secret: string): boolean => secret.startsWith('ml_');

/** The secret in a pasted text: the token or code alone, or the whole address of a link, with or without quotes. */
export const secretIn = (text: string): string => SECRET.exec(text)?.[0] ?? text.trim();

/** A token or a code, which may follow a sign that is written as `%3D`. */
const SECRET = /(?<=^|[^A-Za-z\d]|%[\dA-Fa-f]{2})m[el]_[\w-]+/;

/** Why a sign-in failed. */
export function troubleOf(error: unknown): LinkTrouble {
  const { code, status } = refusalIn(error);
  if (code === 'too_many_requests') return 'tooMany';
  return code === 'unreachable' || status >= FIRST_FAULT ? 'unreachable' : 'link';
}

const FIRST_FAULT = 500;

const idOf = ({ organization, user }: Session): string => [organization.id, user.email, user.externalId].join();

/**
 * Takes the secret of `#link=…`, or `#token=…`, out of the address: there it would stay in the history and in bookmarks. A
 * program that passes a link on may write some of its signs in another way.
 */
function linkOfAddress(): string | null {
  const hash = new URLSearchParams(location.hash.slice(1));
  const secret = SECRET.exec(location.hash)?.[0] ?? hash.get('link') ?? hash.get('token');
  if (secret !== null) history.replaceState(null, '', location.pathname + location.search);
  return secret;
}
