import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { CATALOGUE, type FindingCode, isFindingCode, scopeOf } from '../../rules/findings/catalogue.ts';
import type { Scope } from '../../rules/findings/catalogue-entry.ts';
import { describeFinding, type TextLanguage, titleOf } from '../../rules/findings/describe-finding.ts';
import { EXPLANATION_HEADERS, type Explanation, explanationHtml } from '../explanation-html.ts';
import { PROBLEM_TEXTS } from '../problem-texts.ts';
import { isProblemCode, problemTitle, throwProblem } from '../problems.ts';
import { TextLanguageQuery, textLanguageOf } from '../response-language.ts';

/**
 * The meaning of codes, for people: a page of plain HTML for each finding and each problem, and one that lists them.
 * The address of a problem is its `type` (RFC 9457). No token is needed, because the pages hold nothing of an
 * organization.
 */
export async function explanationRoutes(app: FastifyInstance): Promise<void> {
  const schema = (summary: string, params: object = {}) => ({
    tags: ['Explanations'],
    summary,
    security: [],
    querystring: Type.Object(TextLanguageQuery, { additionalProperties: false }),
    response: { 200: { description: 'HTML', content: { 'text/html': { schema: Type.String() } } } },
    ...params,
  });
  const Code = { params: Type.Object({ code: Type.String() }) };
  type ByCode = { Params: { code: string } };

  app.get('/findings', { schema: schema('All codes of findings') }, (request, reply) =>
    send(request, reply, listOfFindings),
  );
  app.get<ByCode>(
    '/findings/:code',
    { schema: schema('What a finding means and how to mend it', Code) },
    (request, reply) => {
      const { code } = request.params;
      if (!isFindingCode(code))
        return throwProblem('not_found', 'There is no finding with this code. /findings lists all of them.');
      return send(request, reply, (language) => findingExplained(code, language));
    },
  );
  app.get('/problems', { schema: schema('All codes of problems') }, (request, reply) =>
    send(request, reply, listOfProblems),
  );
  app.get<ByCode>(
    '/problems/:code',
    { schema: schema('What a problem means and what can be done', Code) },
    (request, reply) => {
      const { code } = request.params;
      if (!isProblemCode(code))
        return throwProblem('not_found', 'There is no problem with this code. /problems lists all of them.');
      return send(request, reply, () => ({
        ...{ language: 'en', title: problemTitle(code), code, up: { href: '/problems', text: 'All problems' } },
        sections: [
          { heading: 'What it means', texts: [PROBLEM_TEXTS[code].means] },
          { heading: 'What to do', texts: [PROBLEM_TEXTS[code].todo] },
        ],
      }));
    },
  );
}

async function send(request: FastifyRequest, reply: FastifyReply, make: (language: TextLanguage) => Explanation) {
  const explanation = make(textLanguageOf(request, reply));
  // The links keep the requested language.
  const { language } = request.query as { language?: TextLanguage };
  return reply
    .headers(EXPLANATION_HEADERS)
    .header('content-language', explanation.language)
    .type('text/html; charset=utf-8')
    .send(explanationHtml(explanation, language ? `?language=${language}` : ''));
}

function findingExplained(code: FindingCode, language: TextLanguage): Explanation {
  const words = WORDS[language];
  const { title, message, suggestion } = describeFinding(code, {}, null, language);
  const isWarning = scopeOf(code) === 'warning';
  return {
    ...{ language, code, title, subtitle: words.scopes[scopeOf(code)] },
    up: { href: '/findings', text: words.all },
    sections: [
      { heading: words.means, texts: [language === 'en' ? CATALOGUE[code].meaning : message] },
      { heading: isWarning ? words.todo : words.mend, texts: [suggestion] },
      { heading: words.example, code: CATALOGUE[code].example },
    ],
  };
}

function listOfFindings(language: TextLanguage): Explanation {
  const words = WORDS[language];
  const codes = Object.keys(CATALOGUE).filter(isFindingCode).sort();
  return {
    ...{ language, title: words.title, subtitle: words.about },
    sections: (Object.keys(words.scopes) as Scope[]).map((scope) => ({
      heading: words.scopes[scope],
      links: codes
        .filter((code) => scopeOf(code) === scope)
        .map((code) => ({ href: `/findings/${code}`, code, title: titleOf(code, language) })),
    })),
  };
}

/** Titles and details of problems are in English, as in every answer of the API. */
const listOfProblems = (): Explanation => ({
  language: 'en',
  title: 'Problems',
  subtitle: 'A request that is refused is answered with application/problem+json (RFC 9457). Programs go by its code.',
  sections: [
    {
      heading: 'All codes',
      links: Object.keys(PROBLEM_TEXTS)
        .filter(isProblemCode)
        .sort()
        .map((code) => ({ href: `/problems/${code}`, code, title: problemTitle(code) })),
    },
  ],
});

type Words = Record<'title' | 'about' | 'all' | 'means' | 'mend' | 'todo' | 'example', string> & {
  scopes: Record<Scope, string>;
};
const WORDS: Record<TextLanguage, Words> = {
  en: {
    title: 'Findings',
    about: 'What a mass edit can have to say about a file.',
    all: 'All findings',
    means: 'What it means',
    mend: 'How to mend it',
    todo: 'What to do',
    example: 'Example',
    scopes: {
      file: 'Error of the file: nothing of it is applied.',
      row: 'Error of a row: the row is refused, all others go on.',
      cell: 'Error of a cell: the cell is left out, the rest of the row is applied.',
      warning: 'Warning: nothing is refused for it. Look whether it is what you meant.',
    },
  },
  sv: {
    title: 'Anmärkningar',
    about: 'Vad en massändring kan ha att säga om en fil.',
    all: 'Alla anmärkningar',
    means: 'Vad det betyder',
    mend: 'Så rättar du det',
    todo: 'Vad du kan göra',
    example: 'Exempel',
    scopes: {
      file: 'Fel i filen: ingenting i den genomförs.',
      row: 'Fel i en rad: raden avvisas, alla andra går vidare.',
      cell: 'Fel i en cell: cellen utelämnas, resten av raden genomförs.',
      warning: 'Varning: ingenting avvisas för den. Se efter om det var så du menade.',
    },
  },
};
