import type { DomElement } from './tree.ts';

/** The conditions on one element of a selector. */
export interface Compound {
  tag?: string;
  id?: string;
  classes: string[];
  attributes: Attribute[];
  /** It must be the child of what the compound on its left is about; else it lies anywhere below. */
  child: boolean;
}

interface Attribute {
  name: string;
  /** Undefined: it only has to be there. */
  value?: string;
  /** `~` one of its words, `^` its beginning, else the whole of it. */
  operator: string;
  anyCase: boolean;
}

const longestChain = 4;

/** Names alone, the most frequent selectors by far, need no parsing. */
export function toTest(selector: string): (element: DomElement) => boolean {
  if (selector === '*') return () => true;
  if (/^[a-z\d]+$/.test(selector)) return ({ localName }) => localName === selector;
  if (/^[a-z\d,]+$/.test(selector)) {
    const names = selector.split(',');
    return ({ localName }) => names.includes(localName);
  }
  const chains = parseSelectors(selector);
  return (element) => chains.some((chain) => selects(chain, element));
}

/** Selectors separated by commas; those with more than tag, class, id, attribute, space and `>` are left out. */
const parseSelectors = (text: string): Compound[][] =>
  text.split(',').flatMap((selector) => {
    const chain = parseSelector(selector);
    return chain ? [chain] : [];
  });

export function parseSelector(selector: string): Compound[] | undefined {
  const parts = selector.replaceAll('>', ' > ').match(/(?:\[[^\]]*\]|[^\s[])+/g) ?? [];
  const chain: Compound[] = [];
  let child = false;
  for (const part of parts) {
    if (part === '>') {
      child = true;
      continue;
    }
    const compound = parseCompound(part);
    if (!compound || chain.length === longestChain) return undefined;
    chain.push({ ...compound, child });
    child = false;
  }
  return chain.length > 0 && !child ? chain : undefined;
}

function parseCompound(text: string): Compound | undefined {
  const compound: Compound = { classes: [], attributes: [], child: false };
  if (/^[a-z][a-z0-9]*$/i.test(text)) return { ...compound, tag: text.toLowerCase() };
  const part =
    /\*|([a-z][\w-]*)|\.((?:[\w\u{80}-\u{10ffff}-]|\\.)+)|#([\w\u{80}-\u{10ffff}-]+)|\[([\w:-]+)(?:([~^]?)=["']?([^"'\]]*)["']?( i)?)?\]/giuy;
  for (let at = 0; at < text.length; at = part.lastIndex) {
    part.lastIndex = at;
    const found = part.exec(text);
    if (!found) return undefined;
    const [, tag, className, id, name, operator = '', value, anyCase] = found;
    if (tag && at === 0) compound.tag = tag.toLowerCase();
    else if (tag) return undefined;
    if (className) compound.classes.push(className.replaceAll('\\', ''));
    if (id) compound.id = id;
    if (name) {
      compound.attributes.push({
        ...{ name: name.toLowerCase(), operator, anyCase: anyCase !== undefined },
        ...(value !== undefined && { value }),
      });
    }
  }
  return compound;
}

/** Steps that matching may still take; at none left nothing matches. */
interface Budget {
  steps: number;
}

/** Whether a selector is about this element. `at` is the compound to be met, the last by default. */
export function selects(
  chain: readonly Compound[],
  element: DomElement,
  { at = chain.length - 1, budget }: { at?: number; budget?: Budget } = {},
): boolean {
  if (budget) budget.steps -= 1;
  const compound = chain[at];
  if ((budget && budget.steps <= 0) || !compound || !fits(element, compound)) return false;
  if (at === 0) return true;
  for (let above = element.parentNode; above?.nodeType === 1; above = above.parentNode) {
    if (selects(chain, above as DomElement, { at: at - 1, ...(budget && { budget }) })) return true;
    if (compound.child || (budget && budget.steps <= 0)) return false;
  }
  return false;
}

function fits(element: DomElement, { tag, id, classes, attributes }: Compound): boolean {
  if (tag && element.localName !== tag) return false;
  if (id && element.getAttribute('id') !== id) return false;
  if (classes.length > 0) {
    const own = element.getAttribute('class')?.split(/\s+/) ?? [];
    if (!classes.every((name) => own.includes(name))) return false;
  }
  return attributes.every((attribute) => hasValue(element.getAttribute(attribute.name), attribute));
}

function hasValue(actual: string | null, { value, operator, anyCase }: Attribute): boolean {
  if (value === undefined || actual === null) return actual !== null;
  const [own, wanted] = anyCase ? [actual.toLowerCase(), value.toLowerCase()] : [actual, value];
  if (operator === '~') return own.split(/\s+/).includes(wanted);
  return operator === '^' ? own.startsWith(wanted) : own === wanted;
}
