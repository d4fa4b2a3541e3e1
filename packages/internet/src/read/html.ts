import type { Fetched } from '../fetch/fetched.ts';
import { hiddenLine, type Page, type PageMode, type PageReader, pageModes, viewOf } from '../page/index.ts';
import type { DocumentFacts, DocumentRequest } from './document.ts';
import type { Reading } from './readers.ts';

export async function readHtml(
  { body, headers, url }: Fetched,
  { mode, section, signal }: DocumentRequest,
  reader: PageReader,
): Promise<Reading> {
  const contentType = headers.get('content-type') ?? '';
  const page = await reader.readPage({ body, contentType }, { url, signal, mode });
  const isView = pageModes.some((known) => known === mode);
  const blocks = viewOf(page, { mode: isView ? (mode as PageMode) : 'article', ...(section && { section }) });
  const notes = notesOf(page, mode);
  return { blocks, facts: factsOf(page), notes, links: page.links };
}

function factsOf({ metadata, url }: Page): DocumentFacts {
  const { title, byline, siteName: site, description, language, published, modified, canonicalUrl } = metadata;
  const known = { title, byline, site, description, language, published, modified };
  return {
    ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)),
    ...(canonicalUrl && canonicalUrl !== url && { canonical_url: canonicalUrl }),
  };
}

function notesOf({ hidden, invisible, needsScript, extracted, why, notes }: Page, mode: string): string[] {
  return [
    ...(needsScript ? ['The page draws itself by script and has hardly any text without it.'] : []),
    ...(mode === 'article' && extracted === 'full' ? [`No article was found (${why}); this is the whole page.`] : []),
    ...(hidden.characters > 0 ? [`Hidden text was left out: ${hiddenLine(hidden)}.`] : []),
    ...(invisible.shown > 0 ? [`${invisible.shown} invisible characters are shown as ⟨U+…⟩.`] : []),
    ...notes,
  ];
}
