import { ancestorsOf, type DomElement, wordsOf } from '../../page/dom.ts';
import type { RawHit } from '../types.ts';

const challengeMarks = [
  'anomaly-modal',
  'anomaly.js',
  'challenge-form',
  'bots use DuckDuckGo',
  'g-recaptcha',
  'cf-challenge',
];

/** A page of results has some 60 kB and 1,500 tags. More would hold up this process; in the thread of pages a search would wait behind a PDF. */
const longestPage = 250_000;
const mostTags = 5_000;
const mostLinks = 100;

/** The page that asks for proof, in all forms seen. Results that quote these words stand beside result links. */
export const isChallenge = (html: string): boolean =>
  !/class="[^"]*\bresult__a\b/.test(html) && challengeMarks.some((mark) => html.includes(mark));

/** Fields of the form behind "Next"; any other is not sent back. */
const nextFields = new Set(['q', 's', 'nextParams', 'v', 'o', 'dc', 'api', 'vqd', 'kl', 'df', 'kp']);

/** Results and the form of the next page; undefined when the page is of no known shape. */
export async function readResultPage(html: string): Promise<{ hits: RawHit[]; next?: string } | undefined> {
  if (html.length > longestPage || html.split('<').length > mostTags) return undefined;
  const { parseDocument } = await import('../../page/parse-document.ts');
  const { document } = await parseDocument(html);
  const links = document.querySelectorAll('a.result__a');
  if (links.length === 0) {
    return document.querySelector('.no-results, .result--no-result') === null ? undefined : { hits: [] };
  }
  const hits = links.slice(0, mostLinks).flatMap((link) => {
    const result = [...ancestorsOf(link)].find((above) => wordsOf(above, 'class').includes('result'));
    const url = toAddress(link.getAttribute('href') ?? '');
    if (url === undefined || /\bresult--ad\b/.test(result?.getAttribute('class') ?? '')) return [];
    return [
      {
        url,
        title: link.textContent ?? '',
        snippet: result?.querySelector('.result__snippet')?.textContent ?? '',
        date: readTime(result?.querySelector('.result__extras')?.textContent ?? ''),
      },
    ];
  });
  const next = readNext(document.querySelectorAll('.nav-link form'));
  return { hits, ...(next !== undefined && { next }) };
}

/** Links are absolute, without a scheme, or to the redirect of the page itself; advertisements go through `/y.js`. */
function toAddress(href: string): string | undefined {
  if (!URL.canParse(href, 'https://html.duckduckgo.com')) return undefined;
  const url = new URL(href, 'https://html.duckduckgo.com');
  return /(?:^|\.)duckduckgo\.com$/.test(url.hostname) && url.pathname === '/y.js' ? undefined : url.href;
}

/** News results carry a time beside the address. */
const readTime = (text: string): string | undefined => /\d{4}-\d{2}-\d{2}T[\d:.]+/.exec(text)?.[0];

function readNext(forms: readonly DomElement[]): string | undefined {
  const form = forms.find((each) =>
    /next/i.test(each.querySelector('input[type="submit"]')?.getAttribute('value') ?? ''),
  );
  const fields: [string, string][] = (form?.querySelectorAll('input[type="hidden"]') ?? []).flatMap((input) => {
    const name = input.getAttribute('name') ?? '';
    return nextFields.has(name) ? [[name, input.getAttribute('value') ?? '']] : [];
  });
  return fields.some(([name]) => name === 's') ? new URLSearchParams(fields).toString() : undefined;
}
