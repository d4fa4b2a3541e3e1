import { isInternal, type Resolve } from './addresses.ts';
import { ancestorsOf, type DomElement, wordsOf } from './dom.ts';
import { sourceOf } from './inline.ts';

export interface LinkData {
  text: string;
  /** Absolute. */
  url: string;
  rel: string[];
  /** To the same host. */
  internal: boolean;
  place: 'content' | 'navigation';
}

export interface ImageData {
  /** Absolute. */
  url: string;
  alt: string;
  caption?: string;
}

const most = { links: 5_000, images: 1_000, text: 300 };

interface Where {
  resolve: Resolve;
  pageUrl: string;
  isContent(element: DomElement): boolean;
}

/** Links that can be followed, each address and text once, in order. `omitted` counts those beyond the cap. */
export function readLinks(
  body: DomElement,
  { resolve, pageUrl, isContent }: Where,
): { links: LinkData[]; omitted: number } {
  const links = new Map<string, LinkData>();
  let omitted = 0;
  for (const element of body.querySelectorAll('a[href],area[href]')) {
    const href = element.getAttribute('href');
    const url = href?.trim().startsWith('#') ? undefined : resolve(href);
    if (!url) continue;
    const text = labelOf(element);
    const key = `${url} ${text}`;
    const place = isContent(element) ? 'content' : 'navigation';
    const known = links.get(key);
    if (known) {
      if (place === 'content') known.place = place;
    } else if (links.size >= most.links) omitted += 1;
    else links.set(key, { text, url, rel: wordsOf(element, 'rel'), internal: isInternal(url, pageUrl), place });
  }
  return { links: [...links.values()], omitted };
}

function labelOf(link: DomElement): string {
  const candidates = [
    link.textContent,
    link.getAttribute('aria-label'),
    link.querySelector('img[alt]')?.getAttribute('alt'),
    link.getAttribute('alt'),
    link.getAttribute('title'),
  ];
  return candidates.map((text) => (text ?? '').replace(/\s+/g, ' ').trim().slice(0, most.text)).find(Boolean) ?? '';
}

/** Pictures with an address, each once. */
export function readImages(body: DomElement, resolve: Resolve): ImageData[] {
  const images = new Map<string, ImageData>();
  for (const element of body.querySelectorAll('img')) {
    const url = resolve(sourceOf(element));
    if (!url?.startsWith('http') || images.has(url) || images.size >= most.images) continue;
    const figure = [...ancestorsOf(element)].slice(0, 4).find(({ localName }) => localName === 'figure');
    const caption = figure?.querySelector('figcaption')?.textContent?.replace(/\s+/g, ' ').trim();
    const alt = (element.getAttribute('alt') ?? '').replace(/\s+/g, ' ').trim();
    images.set(url, { url, alt, ...(caption && { caption }) });
  }
  return [...images.values()];
}
