import type { DomDocument } from './dom.ts';

/** What a page says of itself in schema.org's JSON-LD. */
export interface StructuredData {
  types: string[];
  headline?: string;
  description?: string;
  author?: string;
  publisher?: string;
  published?: string;
  modified?: string;
  image?: string;
  language?: string;
}

type Item = Record<string, unknown>;

const described =
  /Article|Posting|Report|WebPage|Product|Recipe|Event|QAPage|FAQPage|HowTo|Course|Dataset|SoftwareApplication|Book|Movie|Review|JobPosting|VideoObject|TechArticle|APIReference|Question/;
const longestScript = 500_000;

/** Reads the blocks of `application/ld+json`; broken ones are skipped. The most specific item wins. */
export function readStructuredData(document: DomDocument): StructuredData {
  const items: Item[] = [];
  for (const script of document.querySelectorAll('script[type="application/ld+json" i]')) {
    const text = (script.textContent ?? '').slice(0, longestScript);
    try {
      collect(JSON.parse(text.replace(/^\s*(<!--|\/\*.*?\*\/|<!\[CDATA\[)|(-->|\]\]>)\s*$/g, '')), items, 0);
    } catch {
      // Not JSON: the page is read without it.
    }
  }
  const found = items.map((item) => ({ item, types: strings(item['@type']) }));
  const types = [...new Set(found.flatMap((entry) => entry.types))].slice(0, 20);
  const main =
    found.find((entry) => entry.types.some((type) => described.test(type) && type !== 'WebPage')) ??
    found.find((entry) => entry.types.some((type) => described.test(type)));
  if (!main) return { types };
  const { item } = main;
  return {
    types,
    ...optional('headline', textOf(item.headline) ?? textOf(item.name)),
    ...optional('description', textOf(item.description)),
    ...optional('author', namesOf(item.author ?? item.creator)),
    ...optional('publisher', namesOf(item.publisher)),
    ...optional('published', textOf(item.datePublished ?? item.uploadDate ?? item.dateCreated)),
    ...optional('modified', textOf(item.dateModified)),
    ...optional('image', imageOf(item.image)),
    ...optional('language', textOf(item.inLanguage)),
  };
}

function collect(value: unknown, items: Item[], depth: number): void {
  if (depth > 4 || items.length > 200) return;
  if (Array.isArray(value)) {
    for (const part of value.slice(0, 200)) collect(part, items, depth + 1);
  } else if (isItem(value)) {
    items.push(value);
    collect(value['@graph'], items, depth + 1);
    collect(value.mainEntity, items, depth + 1);
    collect(value.mainEntityOfPage, items, depth + 1);
  }
}

const isItem = (value: unknown): value is Item => typeof value === 'object' && value !== null && !Array.isArray(value);

const strings = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((part): part is string => typeof part === 'string');

const textOf = (value: unknown): string | undefined =>
  strings(value)
    .find((text) => text.trim() !== '')
    ?.trim();

function namesOf(value: unknown): string | undefined {
  const people = (Array.isArray(value) ? value : [value]).slice(0, 10);
  const names = people.map((person) => (isItem(person) ? textOf(person.name) : textOf(person)));
  const known = [...new Set(names.filter((name) => name !== undefined && !/^https?:/.test(name)))];
  return known.length > 0 ? known.join(', ') : undefined;
}

function imageOf(value: unknown): string | undefined {
  const first = Array.isArray(value) ? value[0] : value;
  return isItem(first) ? textOf(first.url) : textOf(first);
}

function optional<K extends keyof StructuredData>(key: K, value: string | undefined): { [P in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: string });
}
