import type { FastifyInstance } from 'fastify';

/** The methods that each address takes, by the registered routes. Must be called before the routes are registered. */
export function methodsByAddress(app: FastifyInstance): (path: string) => string[] {
  const routes: { parts: string[]; methods: string[] }[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    // A path behind `*` is a file or nothing.
    if (!url.includes('*')) routes.push({ parts: partsOf(url), methods: [method].flat() });
  });
  return (path) => {
    const parts = partsOf(path);
    const found = routes.filter((route) => isAt(route.parts, parts)).flatMap(({ methods }) => methods);
    return [...new Set(found)].sort();
  };
}

const partsOf = (path: string): string[] => path.replace(/\/$/, '').split('/');

/** A part of a pattern that begins with a colon matches any part. */
const isAt = (pattern: string[], parts: string[]): boolean =>
  pattern.length === parts.length &&
  pattern.every((part, at) => part === parts[at] || (part.startsWith(':') && parts[at] !== ''));
