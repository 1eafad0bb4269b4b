import { negotiate } from '@fastify/accept-negotiator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { TEXT_LANGUAGES, type TextLanguage } from '../rules/findings/describe-finding.ts';
import { oneOf } from './schema-parts.ts';

/** For the query of a route whose answer has sentences: a link cannot send Accept-Language. */
export const TextLanguageQuery = {
  language: Type.Optional(
    oneOf(TEXT_LANGUAGES, 'Of the sentences; replaces Accept-Language. English if neither names one of these'),
  ),
};

/**
 * The language of the sentences in an answer: that of the query, or the available one of Accept-Language with the
 * greatest weight, or English. Of equal weights the first one counts. Sets the headers that name the language and what
 * it depends on.
 */
export function textLanguageOf(request: FastifyRequest, reply: FastifyReply): TextLanguage {
  const { language: asked } = request.query as { language?: TextLanguage };
  // Without regions and scripts, which the sentences do not have: sv-FI is sv.
  const accepted = request.headers['accept-language']?.toLowerCase().replace(/-[^,;]*/g, '') ?? '';
  // The negotiator prefers the first of our languages, not of the header's. A language that is not named goes last.
  const rank = (language: TextLanguage): number => `${accepted}${language}`.indexOf(language);
  const inOrder = TEXT_LANGUAGES.toSorted((a, b) => rank(a) - rank(b));
  const language = asked ?? negotiate(accepted, inOrder) ?? 'en';
  reply.header('content-language', language).header('vary', 'Accept-Language');
  return language;
}
