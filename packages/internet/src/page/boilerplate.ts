import { ancestorsOf, type DomElement, nameWords } from './dom.ts';
import { linkDensity, type Measures } from './measure.ts';

const roles = new Set(
  'navigation banner contentinfo search complementary dialog alertdialog menu menubar toolbar'.split(' '),
);
const legal = new Set(['cookie', 'cookies', 'consent', 'gdpr', 'onetrust']);
const always = new Set(
  'newsletter share sharing sharebar breadcrumb breadcrumbs pagination pager skiplink navbar nav navigation advert advertisement adsense taboola outbrain editsection noprint navbox catlinks printfooter disqus respond popup modal'.split(
    ' ',
  ),
);
const whenLinked = new Set(
  'sidebar menu related recommended recommendations recirc trending popular social subscribe subscription signup promo promotion ad ads sponsor sponsored toc tags tagcloud footer widget banner masthead toolbar feedback rating login signin cta prevnext metadata overlay paywall toolbox topbar backlinks'.split(
    ' ',
  ),
);
const states = /^(has|with|no|without|is|js|not|show|hide|hidden|open|close)$/;
const stepping =
  /^\s*[«←‹<]*\s*(previous|prev|next|older|newer|read next|more from|related|share this|you may also like)\b/i;
const longProse = 800;

export interface Surroundings {
  measures: Measures;
  /** Characters of the whole page. */
  total: number;
  /** The heading that names the page, if it has one. */
  title: DomElement | undefined;
}

/** Parts of a page that are not what it is about: navigation, banners, boxes for sharing and subscribing, comments aside. */
export function isBoilerplate(element: DomElement, around: Surroundings): boolean {
  const own = around.measures.get(element);
  if (!own || element === around.title) return false;
  const name = element.localName;
  if (name === 'a' && /^\s*(skip|jump) to\b/i.test(element.textContent ?? '')) return true;
  if (name === 'nav' || name === 'menu') return own.text < around.total * 0.7;
  if (/^(body|main|article|h[1-6]|p|pre|code|table|tbody|tr|td|th|figure|a|em|strong|b|i)$/.test(name)) {
    return name === 'p' || name === 'a'
      ? hasWord(element, always) && own.text < 120
      : name === 'table' && hasWord(element, always);
  }
  if (own.text > around.total * 0.45 || holds(element, around.title)) return false;

  if (linkDensity(own) >= 0.5 && own.text < 600 && stepping.test(element.textContent ?? '')) return true;
  const role = element.getAttribute('role') ?? '';
  if (roles.has(role) && !(role === 'complementary' && isInContent(element) && linkDensity(own) < 0.3)) return true;
  if (hasWord(element, legal)) return true;
  if (name === 'form') return element.querySelector('input,textarea,select') !== null && own.text < longProse;
  if (own.text >= longProse && linkDensity(own) < 0.2) return false;
  const isMinor = linkDensity(own) >= 0.3 || own.text < 400;
  if (name === 'header' || name === 'footer')
    return !isInContent(element) || (name === 'footer' && !isQuoted(element) && linkDensity(own) >= 0.3);
  if (name === 'aside') return !isInContent(element) || linkDensity(own) >= 0.3 || hasWord(element, whenLinked);
  return hasWord(element, always) || (isMinor && hasWord(element, whenLinked));
}

const commentWords = new Set(['comments', 'comment', 'commentlist', 'replies', 'reactions', 'responses']);

/** Readers' comments; below an article they are not its text, on a page that consists of them they are. */
export const isComment = (element: DomElement): boolean =>
  /^(div|section|aside|ol|ul|footer)$/.test(element.localName) && hasWord(element, commentWords);

function hasWord(element: DomElement, wanted: ReadonlySet<string>): boolean {
  const words = nameWords(element);
  if (!words.some((word, at) => wanted.has(word) && !states.test(words[at - 1] ?? ''))) return false;
  // The id of a section is its title, not its purpose: `<section id="cookies"><h2>Cookies</h2>`.
  const id = (element.getAttribute('id') ?? '').toLowerCase();
  if (id === '' || element.getAttribute('class')) return true;
  const heading = element.querySelector('h1,h2,h3,h4,h5,h6')?.textContent ?? '';
  return (
    heading
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, '-') !== id
  );
}

const isInContent = (element: DomElement): boolean =>
  [...ancestorsOf(element)].some(({ localName }) => localName === 'main' || localName === 'article');

const isQuoted = (element: DomElement): boolean =>
  [...ancestorsOf(element)].some(({ localName }) => localName === 'blockquote');

const holds = (element: DomElement, inner: DomElement | undefined): boolean =>
  inner !== undefined && [...ancestorsOf(inner)].includes(element);
