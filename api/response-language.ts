import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { TEXT_LANGUAGES, type TextLanguage } from '../rules/findings/describe-finding.ts';
import { checkLanguage } from '../rules/values/language.ts';

/** For the query of a route whose answer has sentences: a link cannot send Accept-Language. */
export const TextLanguageQuery = {
  language: Type.Optional(
    Type.Unsafe<TextLanguage>({
      type: 'string',
      enum: [...TEXT_LANGUAGES],
      description: 'Of the sentences; replaces Accept-Language. English if neither names one of these',
    }),
  ),
};

/**
 * The language of the sentences in an answer: that of the query, or the first available one of Accept-Language (RFC
 * 9110, by weight), or English. Sets the headers that name the language and what it depends on.
 */
export function textLanguageOf(request: FastifyRequest, reply: FastifyReply): TextLanguage {
  const { language: asked } = request.query as { language?: TextLanguage };
  const language = asked ?? accepted(request.headers['accept-language']) ?? 'en';
  reply.header('content-language', language).header('vary', 'Accept-Language');
  return language;
}

function accepted(header = ''): TextLanguage | undefined {
  const ranges = header.split(',').map((range) => {
    const [tag = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    return { tag, weight: weight === undefined ? 1 : Number(weight.slice(2)) };
  });
  for (const { tag } of ranges.filter(({ weight }) => weight > 0).sort((a, b) => b.weight - a.weight)) {
    const found = checkLanguage(tag, TEXT_LANGUAGES);
    if (found.ok) return TEXT_LANGUAGES.find((language) => language === found.value);
  }
  return undefined;
}
