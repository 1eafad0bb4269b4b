import { hash } from 'node:crypto';
import type { TextLanguage } from '../rules/findings/describe-finding.ts';
import { pagePolicy } from './security-headers.ts';

/** A part of the page: a heading with paragraphs, or with links. */
export type Section = {
  heading: string;
  texts?: string[];
  code?: string;
  links?: { href: string; code: string; title: string }[];
};
export type Explanation = {
  language: TextLanguage;
  title: string;
  subtitle?: string;
  code?: string;
  sections: Section[];
  up?: { href: string; text: string };
};

/**
 * A page of plain HTML that explains a code, or lists all of them. All texts are escaped.
 *
 * @param query of all links, as `?language=sv`
 */
export const explanationHtml = (
  { language, title, subtitle, code, sections, up }: Explanation,
  query: string,
): string =>
  [
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${escaped(code ?? title)}</title>`,
    '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">',
    `<style>${STYLE}</style></head><body><main>`,
    up ? `<p><a href="${up.href}${query}">${escaped(up.text)}</a></p>` : '',
    `<h1>${escaped(title)}</h1>`,
    code ? `<p><code>${escaped(code)}</code></p>` : '',
    subtitle ? `<p>${escaped(subtitle)}</p>` : '',
    ...sections.map((section) => sectionHtml(section, query)),
    '</main></body></html>\n',
  ].join('');

const sectionHtml = ({ heading, texts = [], code, links = [] }: Section, query: string): string =>
  [
    `<h2>${escaped(heading)}</h2>`,
    ...texts.map((text) => `<p>${escaped(text)}</p>`),
    code ? `<pre><code>${escaped(code)}</code></pre>` : '',
    links.length > 0 ? `<ul>${links.map((link) => linkHtml(link, query)).join('')}</ul>` : '',
  ].join('');

const linkHtml = ({ href, code, title }: NonNullable<Section['links']>[number], query: string): string =>
  `<li><a href="${href}${query}"><code>${escaped(code)}</code></a> ${escaped(title)}</li>`;

const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Too small to be worth a file and a request. The policy allows it by its hash. */
const STYLE =
  ':root{color-scheme:light dark;background:light-dark(#fff,#16181d);color:light-dark(#1b1f24,#e6e8eb)}' +
  'a{color:light-dark(#0b57a4,#9ecbff)}' +
  'body{font:1rem/1.5 system-ui,sans-serif;margin:0;padding:1.5rem}main{max-width:42rem;margin:auto;overflow-wrap:anywhere}' +
  'h1{font-size:1.5rem;line-height:1.25}h2{font-size:1.1rem;margin:1.5rem 0 .25rem}p,pre,ul{margin:.25rem 0 .75rem}' +
  'pre{white-space:pre-wrap}code{font:.95em ui-monospace,monospace}li{margin:.25rem 0}';

/** No script and no further request. */
export const EXPLANATION_HEADERS = {
  // The texts change only with a new version, so an hour is short enough.
  'cache-control': 'public, max-age=3600',
  'content-security-policy': pagePolicy(`style-src 'sha256-${hash('sha256', STYLE, 'base64')}'`),
};
