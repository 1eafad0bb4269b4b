import { type IncomingMessage, ServerResponse } from 'node:http';

/**
 * The headers of every answer on every port. A page replaces the content security policy by its own, and an answer that
 * a cache may keep replaces `cache-control`.
 */
export const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/**
 * An answer of Node that begins with these headers. Node and Fastify send some answers before any hook runs: to a
 * request without `Host`, to an unknown `Expect`, and while the server closes.
 */
export class SecuredResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
  constructor(request: Request) {
    super(request);
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) this.setHeader(name, value);
  }
}
