import { describe, expect, test } from 'vitest';
import { canonicalUrl, siteOf, toPageUrl } from './canonical-url.ts';

const bing = (url: string) => `https://www.bing.com/ck/a?!&&p=1&u=a1${Buffer.from(url).toString('base64url')}&ntb=1`;

/** Two addresses of one page. */
const same: [string, string][] = [
  ['https://example.org/a', 'http://example.org/a'],
  ['https://example.org/a', 'HTTPS://EXAMPLE.ORG/a'],
  ['https://example.org/a', 'https://example.org:443/a'],
  ['http://example.org/a', 'http://example.org:80/a'],
  ['https://example.org/a', 'https://www.example.org/a'],
  ['https://example.org/a', 'https://m.example.org/a'],
  ['https://example.org/a', 'https://mobile.example.org/a'],
  ['https://example.org/a', 'https://amp.example.org/a'],
  ['https://en.wikipedia.org/wiki/Tide', 'https://en.m.wikipedia.org/wiki/Tide'],
  ['https://example.org/a', 'https://www.m.example.org/a'],
  ['https://example.org/a', 'https://example.org./a'],
  ['https://example.org/a', 'https://example.org/a/'],
  ['https://example.org', 'https://example.org/'],
  ['https://example.org', 'https://example.org/index.html'],
  ['https://example.org/docs', 'https://example.org/docs/index.htm'],
  ['https://example.org/a', 'https://example.org/a#part'],
  ['https://example.org/a', 'https://example.org/a#:~:text=tide'],
  ['https://example.org/a', 'https://example.org/a?'],
  ['https://example.org/a', 'https://example.org/a?utm_source=x&utm_medium=y'],
  ['https://example.org/a', 'https://example.org/a?UTM_Campaign=z'],
  ['https://example.org/a?id=1', 'https://example.org/a?gclid=q&id=1'],
  ['https://example.org/a?id=1', 'https://example.org/a?id=1&fbclid=q'],
  ['https://example.org/a', 'https://example.org/a?msclkid=q'],
  ['https://example.org/a', 'https://example.org/a?mc_cid=1&mc_eid=2'],
  ['https://example.org/a', 'https://example.org/a?_ga=1.2&_gl=3'],
  ['https://example.org/a', 'https://example.org/a?srsltid=abc'],
  ['https://example.org/a', 'https://example.org/a?igshid=abc'],
  ['https://example.org/a', 'https://example.org/a?_hsenc=1&_hsmi=2'],
  ['https://example.org/a', 'https://example.org/a?pk_campaign=1&mtm_source=2'],
  ['https://example.org/a?b=2&a=1', 'https://example.org/a?a=1&b=2'],
  ['https://example.org/a?q=x+y', 'https://example.org/a?q=x%20y'],
  ['https://example.org/~me', 'https://example.org/%7Eme'],
  ['https://example.org/%C3%A4', 'https://example.org/%c3%a4'],
  ['https://example.org/ä', 'https://example.org/%C3%A4'],
  ['https://bücher.example', 'https://xn--bcher-kva.example'],
  ['https://example.org/story', 'https://example.org/story/amp'],
  ['https://example.org/story', 'https://example.org/story/amp/'],
  ['https://example.org/story.html', 'https://example.org/story.amp.html'],
  ['https://example.org/story', 'https://example.org/story?amp=1'],
  ['https://example.org/story', 'https://example.org/story?outputType=amp'],
  ['https://example.org/story', 'https://www.google.com/amp/s/example.org/story'],
  ['https://example.org/story', 'https://example-org.cdn.ampproject.org/c/s/example.org/story'],
  ['https://example.org/story', 'https://www.bing.com/amp/s/example.org/story'],
  ['https://example.org/a?x=1', 'https://duckduckgo.com/l/?uddg=https%3A%2F%2Fexample.org%2Fa%3Fx%3D1&rut=1'],
  ['https://example.org/a', 'https://html.duckduckgo.com/l/?uddg=https%3A%2F%2Fexample.org%2Fa'],
  ['https://example.org/a', 'https://www.google.com/url?q=https://example.org/a&sa=U'],
  ['https://example.org/a', 'https://www.google.co.uk/url?url=https://example.org/a'],
  ['https://example.org/a?b=1', bing('https://example.org/a?b=1')],
  ['https://example.org/a', 'https://r.search.yahoo.com/_ylt=A/RV=2/RU=https%3a%2f%2fexample.org%2fa/RK=2/RS=x-'],
  ['https://example.org/a', 'https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.org%2Fa&h=1'],
  ['https://example.org/a', 'https://www.youtube.com/redirect?q=https%3A%2F%2Fexample.org%2Fa'],
  [
    'https://example.org/a',
    'https://www.google.com/url?q=https%3A%2F%2Fduckduckgo.com%2Fl%2F%3Fuddg%3Dhttps%253A%252F%252Fexample.org%252Fa',
  ],
];

/** Two pages that look alike. */
const different: [string, string][] = [
  ['https://example.org/a', 'https://example.org/A'],
  ['https://example.org/a', 'https://example.org/b'],
  ['https://example.org/a', 'https://example.org:8443/a'],
  ['https://example.org/a', 'https://docs.example.org/a'],
  ['https://m.com', 'https://www.com'],
  ['https://example.org/a?id=1', 'https://example.org/a?id=2'],
  ['https://github.com/a/b?ref=main', 'https://github.com/a/b?ref=next'],
  ['https://example.org/#!/one', 'https://example.org/#!/two'],
  ['https://example.org/#/one', 'https://example.org/#/two'],
  ['https://example.org/a%2Fb', 'https://example.org/a/b'],
  ['https://example.org/?q=a%26b', 'https://example.org/?q=a&b'],
  ['https://example.org/amp', 'https://example.org'],
  ['https://example.org/example', 'https://example.org/ex'],
  ['https://example.org/x/lamp', 'https://example.org/x/l'],
  ['https://google.com/url?q=javascript:alert(1)', 'https://google.com/url?q=data:text/html,1'],
];

describe('canonicalUrl', () => {
  test.each(same)('%s and %s are one page', (a, b) => {
    expect(canonicalUrl(b)).toBe(canonicalUrl(a));
    expect(canonicalUrl(a)).toMatch(/^https:\/\//);
  });

  test.each(different)('%s and %s are two pages', (a, b) => {
    expect(canonicalUrl(b)).not.toBe(canonicalUrl(a));
  });

  test.each([
    ...['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'ftp://example.org/a', 'mailto:a@example.org'],
    ...[
      '//example.org/a',
      'example.org',
      '',
      'https://',
      'https://user:secret@example.org/',
      'https://user@example.org',
    ],
    `https://example.org/${'a'.repeat(5_000)}`,
  ])('%.40s is no page', (url) => {
    expect(canonicalUrl(url)).toBeUndefined();
    expect(toPageUrl(url)).toBeUndefined();
  });

  test('is the same when it is applied twice', () => {
    for (const [a, b] of [...same, ...different]) {
      for (const url of [a, b]) expect(canonicalUrl(canonicalUrl(url) ?? '')).toBe(canonicalUrl(url));
    }
  });
});

describe('toPageUrl', () => {
  test.each([
    ['https://www.example.org/a/?utm_source=x&id=1#part', 'https://www.example.org/a/?id=1'],
    ['https://duckduckgo.com/l/?uddg=https%3A%2F%2Fm.example.org%2Fa', 'https://m.example.org/a'],
    ['https://example.org/a?b=%20x+y&c', 'https://example.org/a?b=%20x+y&c'],
    ['https://example.org/#!/one', 'https://example.org/#!/one'],
  ])('%s is fetched as %s', (raw, url) => {
    expect(toPageUrl(raw)).toBe(url);
  });

  test('leaves a redirect whose target is no web address', () => {
    expect(toPageUrl('https://duckduckgo.com/l/?uddg=javascript%3Aalert(1)')).toBe(
      'https://duckduckgo.com/l/?uddg=javascript%3Aalert(1)',
    );
  });
});

test('siteOf is the host as people say it', () => {
  expect(siteOf('https://www.example.org/a')).toBe('example.org');
  expect(siteOf('nonsense')).toBe('');
});
