import { isBoilerplate, isComment, type Surroundings } from './boilerplate.ts';
import { ancestorsOf, type DomDocument, type DomElement, type DomNode, elementsIn, isElement } from './dom.ts';
import { linkDensity, type Measures } from './measure.ts';
import { readableElements } from './readable.ts';

/** Where the content of a page is. */
export interface MainContent {
  extracted: 'article' | 'full';
  why: string;
  root: DomElement;
  /** What inside `root` is not content. */
  dropped: ReadonlySet<DomElement>;
  /** The heading that names the page; it may stand outside `root`. */
  title?: DomElement;
}

const shares = { inside: 0.85, landmark: 0.4, agreed: 0.65, around: 1.25 };
const leastProse = 140;
const longArticle = 600;

/** Finds the article, or says that the page has none: then all but navigation and banners is its content. */
export async function findMainContent(
  document: DomDocument,
  measures: Measures,
  types: readonly string[],
): Promise<MainContent> {
  const { body } = document;
  const total = measures.get(body)?.text ?? 0;
  const title = titleOf(document);
  const around: Surroundings = { measures, total, title };
  const dropped = findBoilerplate(body, around, isForum(types));
  const masses = massesWithout(body, dropped, measures);
  const whole = { root: body, dropped, ...(title && { title }) };
  const mass = masses.get(body) ?? 0;
  if (mass < leastProse)
    return { extracted: 'full', why: 'The page has hardly any text outside links and navigation.', ...whole };
  if (isListing(body, dropped))
    return { extracted: 'full', why: 'The page leads to other pages: most of its headings are links.', ...whole };

  const own = narrow(landmarkOf(body, dropped, masses), masses);
  const readable = await readableElements(document);
  const shared = commonAncestor([...readable].filter((element) => !dropped.has(element)));
  const ownMass = masses.get(own) ?? 0;
  const sharedMass = shared ? (masses.get(shared) ?? 0) : 0;
  const agreed = shared !== undefined && sharedMass >= ownMass * shares.agreed && sharedMass <= ownMass;
  const root = withTitle(agreed ? shared : own, title, masses);
  const all = agreed ? new Set([...dropped, ...unreadable(root, readable, measures)]) : dropped;
  const why = agreed
    ? "Readability and the page's structure agree on it."
    : 'It is the smallest part of the page that holds nearly all of its text.';
  return { ...whole, extracted: 'article', why, root, dropped: all };
}

/** What stands between the title and the text belongs to it (date, author, summary), if it is not much. */
function withTitle(
  root: DomElement,
  title: DomElement | undefined,
  masses: ReadonlyMap<DomElement, number>,
): DomElement {
  const both = title && commonAncestor([root, title]);
  return both && (masses.get(both) ?? 0) <= (masses.get(root) ?? 0) * shares.around ? both : root;
}

const isForum = (types: readonly string[]): boolean =>
  types.some((type) => /QAPage|DiscussionForumPosting|Conversation/.test(type));

function titleOf(document: DomDocument): DomElement | undefined {
  const headings = [...document.querySelectorAll('h1')].filter(hasText);
  if (headings.length <= 1) return headings[0];
  const named = (document.querySelector('title')?.textContent ?? '').toLowerCase();
  const inside = headings.find((heading) =>
    [...ancestorsOf(heading)].some(({ localName }) => /^(main|article)$/.test(localName)),
  );
  return (
    headings.find((heading) => named.startsWith((heading.textContent ?? '').trim().toLowerCase())) ??
    inside ??
    headings[0]
  );
}

const hasText = (element: DomElement): boolean => (element.textContent ?? '').trim() !== '';

function findBoilerplate(body: DomElement, around: Surroundings, forum: boolean): Set<DomElement> {
  const dropped = outermost(body, (element) => isBoilerplate(element, around));
  if (forum) return dropped;
  const comments = outermost(body, (element) => !dropped.has(element) && isComment(element));
  const sum = (elements: ReadonlySet<DomElement>): number =>
    [...elements]
      .filter((element) => !isElement(element.parentNode) || !elements.has(element.parentNode))
      .reduce((total, element) => total + (around.measures.get(element)?.text ?? 0), 0);
  const inComments = sum(comments);
  const rest = around.total - sum(dropped) - inComments;
  return rest >= longArticle || rest >= inComments ? new Set([...dropped, ...comments]) : dropped;
}

/** What fulfils the test, with everything inside it. */
function outermost(body: DomElement, test: (element: DomElement) => boolean): Set<DomElement> {
  const found = new Set<DomElement>();
  for (const element of elementsIn(body)) {
    // Asking the parent alone is enough in document order.
    if ((isElement(element.parentNode) && found.has(element.parentNode)) || test(element)) found.add(element);
  }
  return found;
}

/** Characters outside links and outside what is dropped, by element. */
function massesWithout(
  body: DomElement,
  dropped: ReadonlySet<DomElement>,
  measures: Measures,
): Map<DomElement, number> {
  const masses = new Map<DomElement, number>();
  const plain = (element: DomElement): number =>
    (measures.get(element)?.text ?? 0) - (measures.get(element)?.linked ?? 0);
  masses.set(body, plain(body));
  const lost: DomElement[] = [];
  for (const element of elementsIn(body)) {
    if (!dropped.has(element)) masses.set(element, plain(element));
    else if (!isElement(element.parentNode) || !dropped.has(element.parentNode)) lost.push(element);
  }
  for (const element of lost) {
    for (const ancestor of ancestorsOf(element)) masses.set(ancestor, (masses.get(ancestor) ?? 0) - plain(element));
  }
  return masses;
}

/** `<main>` or the one `<article>`, where it holds a good part of the text. */
function landmarkOf(
  body: DomElement,
  dropped: ReadonlySet<DomElement>,
  masses: ReadonlyMap<DomElement, number>,
): DomElement {
  const usable = (selector: string, within: DomElement): DomElement[] =>
    [...within.querySelectorAll(selector)].filter((element) => !dropped.has(element));
  let best = body;
  for (const selector of ['main,[role="main"]', '[itemprop="articleBody"]', 'article']) {
    const found = usable(selector, best);
    const [first] = found;
    if (found.length === 1 && first && (masses.get(first) ?? 0) >= (masses.get(best) ?? 0) * shares.landmark)
      best = first;
  }
  return best;
}

/** Goes down while one child holds nearly all of the text. */
function narrow(from: DomElement, masses: ReadonlyMap<DomElement, number>): DomElement {
  const wanted = (masses.get(from) ?? 0) * shares.inside;
  let best = from;
  for (let next: DomElement | undefined = from; next; ) {
    best = next;
    next = [...best.children].find(
      (child) =>
        (masses.get(child) ?? 0) >= wanted &&
        /^(div|section|article|main|center|td|tr|tbody|table|form)$/.test(child.localName),
    );
  }
  return best;
}

/** Home pages and lists of articles: their headings lead elsewhere. */
function isListing(body: DomElement, dropped: ReadonlySet<DomElement>): boolean {
  const headings = [...body.querySelectorAll('h2,h3,h4')].filter(
    (heading) => !dropped.has(heading) && hasText(heading),
  );
  const linked = headings.filter((heading) => {
    const link =
      heading.querySelector('a[href]') ?? [...ancestorsOf(heading)].find(({ localName }) => localName === 'a');
    const href = link?.getAttribute('href') ?? '#';
    return (
      !href.startsWith('#') &&
      (link?.textContent ?? '').trim().length >= (heading.textContent ?? '').trim().length * 0.6
    );
  });
  return linked.length >= 4 && linked.length >= headings.length * 0.5;
}

function commonAncestor(elements: readonly DomElement[]): DomElement | undefined {
  const [first, ...rest] = elements;
  if (!first) return undefined;
  const path = [first, ...ancestorsOf(first)];
  const places = new Map(path.map((element, at) => [element, at]));
  const seen = new Set<DomElement>();
  let meeting = 0;
  for (const element of rest) {
    for (let above: DomNode | null = element; isElement(above) && !seen.has(above); above = above.parentNode) {
      seen.add(above);
      const at = places.get(above);
      if (at === undefined) continue;
      meeting = Math.max(meeting, at);
      break;
    }
  }
  return path[meeting];
}

/** What Readability left out of the article and what is no loss: parts that are mostly links, and empty ones. */
function unreadable(root: DomElement, readable: ReadonlySet<DomElement>, measures: Measures): DomElement[] {
  const needed = new Set<DomElement>();
  for (const element of readable) {
    for (const above of [element, ...ancestorsOf(element)]) {
      if (needed.has(above)) break;
      needed.add(above);
    }
  }
  return [...elementsIn(root)].filter((element) => {
    if (needed.has(element) || !/^(div|section|ul|ol|aside|table|td|footer|header)$/.test(element.localName))
      return false;
    const own = measures.get(element);
    return own !== undefined && linkDensity(own) > 0.5 && element.querySelector('pre,h1,dl') === null;
  });
}
