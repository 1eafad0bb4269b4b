import { isIPv6 } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { throwProblem } from './problems.ts';

/** `max` at once, and then `max` in `windowMs`, evenly. `what` is the subject of the refusal's sentence. */
type Limit = { max: number; windowMs: number; what: string; counts?: 'refused too' };

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * All limits of requests. Each comment names the key: an address (`addressOf`), the id of a token for any header or
 * cookie, or the id of an organization.
 */
const LIMITS = {
  /**
   * By address: invalid tokens, cookies and sign-ins. A person who pastes the wrong token tries a few times, a program
   * with an old token once in some seconds. A refused failure counts too, so that the wait grows.
   */
  failures: {
    max: 20,
    windowMs: MINUTE_MS,
    what: 'Failed attempts to authenticate from one address',
    counts: 'refused too',
  },
  /**
   * By address: pages, assets, documentation, and requests without a token. A page takes ten; many people share a
   * proxy.
   */
  open: { max: 3_000, windowMs: MINUTE_MS, what: 'Requests without a token from one address' },
  /** By token: far more than a page or a program that polls needs. */
  requests: { max: 3_000, windowMs: MINUTE_MS, what: 'Requests of one token' },
  /** By organization: more than three of its tokens at their own limit. */
  organization: { max: 10_000, windowMs: MINUTE_MS, what: 'Requests of one organization' },
  /** By token: each stores a session or a sign-in link. A person signs in once a day in each browser. */
  signIns: { max: 30, windowMs: MINUTE_MS, what: 'Sign-ins with one token' },
  /** By organization: approvals and cancellations. Each mass edit needs one; a hundred people may answer at once. */
  answers: { max: 120, windowMs: MINUTE_MS, what: 'Approvals and cancellations of one organization' },
  /** By organization: each may read and send all users. */
  downloads: { max: 120, windowMs: MINUTE_MS, what: 'Downloads of one organization' },
  /**
   * By organization: accepted files of up to MAX_BYTES each. The setting UPLOADS_AN_HOUR; by default one in twelve
   * seconds all day. An upload that is refused before its body is read is not counted, so that a program may ask again.
   */
  uploads: { max: 300, windowMs: HOUR_MS, what: 'Uploads of one organization' },
} satisfies Record<string, Limit>;
export type LimitName = keyof typeof LIMITS;

/** The keys of one limit in memory. Beyond them, the key that was not seen for the longest time is dropped. */
const MOST_KEYS = 10_000;
/** The longest wait that counted refusals add up to. */
const LONGEST_WAIT_MS = 15 * MINUTE_MS;

type Spent = { amount: number; at: number };

/**
 * Counts requests against the limits, in the memory of this process: each API process counts for itself. The count goes
 * down evenly over the window, so that the whole limit is never free twice at once.
 */
export class RateLimits {
  readonly #most: Partial<Record<LimitName, number>>;
  readonly #spent = new Map<LimitName, Map<string, Spent>>();
  readonly #now: () => number;

  /** @param most limits instead of those of the table, by name */
  constructor(most: Partial<Record<LimitName, number>> = {}, now: () => number = Date.now) {
    this.#most = most;
    this.#now = now;
  }

  /**
   * Counts one request.
   *
   * @throws a problem: `too_many_requests` with the name of the limit and `retryAfterS`, the whole seconds to wait
   */
  count(name: LimitName, key: string): void {
    const limit: Limit = LIMITS[name];
    const max = this.#most[name] ?? limit.max;
    const aMs = max / limit.windowMs;
    const now = this.#now();
    const keys = this.#keysOf(name);
    const before = keys.get(key);
    const left = before ? Math.max(0, before.amount - (now - before.at) * aMs) : 0;
    const amount = left + 1;
    const refused = amount > max;
    // Moves the key to the end of the map. The first key is then the one that was not seen for the longest time.
    keys.delete(key);
    if (!refused) keys.set(key, { amount, at: now });
    else if (limit.counts) keys.set(key, { amount: Math.min(amount, max + LONGEST_WAIT_MS * aMs), at: now });
    else keys.set(key, { amount: left, at: now });
    const [oldest] = keys.keys();
    if (keys.size > MOST_KEYS && oldest !== undefined) keys.delete(oldest);
    if (!refused) return;
    const wait = Math.max(1, Math.ceil(Math.round((amount - max) / aMs) / 1000));
    const every = limit.windowMs === HOUR_MS ? 'an hour' : 'a minute';
    throwProblem('too_many_requests', `${limit.what} are limited to ${max} ${every}. Try again in ${wait} s.`, {
      limit: name,
      retryAfterS: wait,
    });
  }

  #keysOf(name: LimitName): Map<string, Spent> {
    const keys = this.#spent.get(name) ?? new Map<string, Spent>();
    this.#spent.set(name, keys);
    return keys;
  }
}

/** A hook for `onRequest`, after `requireRole`: counts the request against a limit of the caller's organization. */
export const limited = (name: 'answers' | 'downloads') => async (request: FastifyRequest) =>
  request.server.rateLimits.count(name, request.caller.organization.id);

/**
 * The key of a client before its token is known: its address, or for IPv6 its /64, in which it can have any address.
 * `TRUST_PROXY` decides whether `X-Forwarded-For` is trusted.
 */
export function addressOf({ ip }: { ip: string }): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1];
  if (mapped !== undefined || !isIPv6(ip)) return mapped ?? ip;
  const [head = '', tail] = ip.split('%')[0]?.split('::') ?? [];
  const groups = head === '' ? [] : head.split(':');
  const behind = tail ? tail.split(':').length : 0;
  if (tail !== undefined)
    while (groups.length + behind < IPV6_GROUPS && groups.length < NETWORK_GROUPS) groups.push('0');
  return `${[...groups, ...(tail ?? '').split(':')].slice(0, NETWORK_GROUPS).map(plainGroup).join(':')}::/64`;
}

const IPV6_GROUPS = 8;
const NETWORK_GROUPS = 4;
const plainGroup = (group: string): string => Number.parseInt(group || '0', 16).toString(16);
