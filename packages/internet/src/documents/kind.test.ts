import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kindOf } from './kind.ts';

const encoder = new TextEncoder();
const latin = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const kind = (type: string, body: string | Uint8Array, url = 'https://a.test/x') =>
  kindOf(
    new Headers(type === '' ? {} : { 'content-type': type }),
    url,
    typeof body === 'string' ? encoder.encode(body) : body,
  );

describe('kindOf', () => {
  it.each([
    ['text/html', '%PDF-1.7\n%âãÏÓ', 'pdf'],
    ['application/octet-stream', '\n\n%PDF-1.4', 'pdf'],
    ['application/pdf', '<!DOCTYPE html><title>Please log in</title>', 'html'],
    ['text/plain', '<!-- saved --><!DOCTYPE html><html>', 'html'],
    ['', '<div>no type at all</div>', 'html'],
    ['text/html', 'Just a line of text', 'html'],
    ['text/html', '{"a": 1}', 'html'],
    ['text/html', '<?xml version="1.0"?><rss version="2.0"><channel>', 'feed'],
    ['text/xml', '<?xml version="1.0"?>\n<!-- x -->\n<feed xmlns="http://www.w3.org/2005/Atom">', 'feed'],
    ['application/xml', '<rdf:RDF xmlns:rdf="x">', 'feed'],
    ['application/json', '{"version":"https://jsonfeed.org/version/1.1","items":[]}', 'feed'],
    ['text/xml', '<?xml version="1.0"?><?xml-stylesheet href="a.xsl"?><urlset>', 'sitemap'],
    ['text/xml', '<sitemapindex>', 'sitemap'],
    ['text/xml', '<?xml version="1.0"?><catalog/>', 'xml'],
    ['application/xhtml+xml', '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">', 'html'],
    ['text/plain', '{"a": [1, 2]}', 'json'],
    ['application/ld+json', '[]', 'json'],
    ['application/json', 'true', 'json'],
    ['text/plain', '[note] this is a remark', 'text'],
    ['text/markdown', '# Title\n\n<b>x</b>', 'text'],
    ['image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg">', 'image'],
    ['text/plain', '\ufeffplain', 'text'],
    ['text/html', '', 'empty'],
  ])('%s with %j is %s', (type, body, expected) => {
    expect(kind(type, body)).toBe(expected);
  });

  it.each([
    ['text/html', '\x89PNG\r\n\x1a\n\x00\x00', 'image'],
    ['text/plain', '\xff\xd8\xff\xe0\x00', 'image'],
    ['', '\x00\x00\x00\x20ftypavif', 'image'],
    ['', '\x00\x00\x00\x20ftypisom', 'video'],
    ['text/html', '\x1f\x8b\x08\x00', 'gzip'],
    ['application/pdf', 'PK\x03\x04....[Content_Types].xml', 'office'],
    ['', 'PK\x03\x04....readme.txt', 'archive'],
    ['text/plain', 'a\x00b\x00\x01\x02', 'binary'],
    ['audio/x-unknown', '\x00\x01\x02', 'audio'],
    ['text/plain', '\xff\xfea\x00b\x00', 'text'],
    ['application/octet-stream', 'caf\xe9 in another charset', 'text'],
  ])('bytes decide: %s with %j is %s', (type, body, expected) => {
    expect(kind(type, latin(body))).toBe(expected);
  });

  it('never fails, whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom('', 'text/html', 'application/json', ';;'),
        (body, type) => {
          expect(kind(type, body, 'not an address')).toBeTypeOf('string');
        },
      ),
    );
  });
});
