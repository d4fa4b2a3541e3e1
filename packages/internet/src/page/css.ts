import type { DomElement } from './dom.ts';
import { type Compound, parseSelector, selects } from './selector.ts';

/** Property -> value, lower case, of one element: rules of `<style>` by specificity, then its own `style`. */
export type Declarations = ReadonlyMap<string, string>;

interface Rule {
  chain: Compound[];
  weight: number;
  declarations: [property: string, value: string, important: boolean][];
}

// Only what can hide text is kept of a style sheet.
const relevant =
  /^(display|visibility|opacity|font-size|font|color|background|background-color|background-image|background-clip|-webkit-background-clip|position|left|top|right|bottom|text-indent|margin-left|transform|clip|clip-path|width|height|max-width|max-height|overflow|overflow-x|overflow-y|transition|animation|animation-name)$/;
const limits = { characters: 1_000_000, rules: 4_000, steps: 5_000_000 };

/** Declarations of a style attribute or of a rule's body. */
function parseDeclarations(text: string): Rule['declarations'] {
  const found: Rule['declarations'] = [];
  for (const part of text.slice(0, 20_000).split(';')) {
    const colon = part.indexOf(':');
    const property = part.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    if (!relevant.test(property)) continue;
    const value = part
      .slice(colon + 1)
      .trim()
      .toLowerCase();
    const plain = value.replace(/\s*!\s*important$/, '');
    found.push([property, plain, plain !== value]);
  }
  return found;
}

/** Style sheets -> a function that tells what applies to an element. Selectors with pseudo-classes are not followed. */
export function createStyles(sheets: readonly string[]): (element: DomElement) => Declarations | undefined {
  const rules: Rule[] = [];
  for (const sheet of sheets) readRules(sheet.slice(0, limits.characters), rules);
  const byKey = Map.groupBy(rules, ({ chain }) => keyOf(chain.at(-1)));
  const budget = { steps: limits.steps };

  return (element) => {
    const style = element.getAttribute('style');
    const applying: Rule[] = [];
    if (budget.steps > 0 && rules.length > 0) {
      for (const key of keysOf(element)) {
        for (const rule of byKey.get(key) ?? []) if (selects(rule.chain, element, { budget })) applying.push(rule);
      }
    }
    if (!style && applying.length === 0) return undefined;
    applying.sort((a, b) => a.weight - b.weight);
    const own = style ? [{ declarations: parseDeclarations(style) }] : [];
    const result = new Map<string, string>();
    const layers = [...applying, ...own];
    for (const wanted of [false, true]) {
      for (const { declarations } of layers) {
        for (const [property, value, important] of declarations) if (important === wanted) result.set(property, value);
      }
    }
    return result;
  };
}

function keyOf(compound: Compound | undefined): string {
  if (compound?.id) return `#${compound.id}`;
  if (compound?.classes[0]) return `.${compound.classes[0]}`;
  return compound?.tag ?? '*';
}

function keysOf(element: DomElement): string[] {
  const id = element.getAttribute('id');
  const classes = element.getAttribute('class')?.split(/\s+/).slice(0, 50) ?? [];
  return ['*', element.localName, ...new Set(classes.map((name) => `.${name}`)), ...(id ? [`#${id}`] : [])];
}

/** One pass over a sheet; conditional blocks that a wide screen fulfils are entered, all others are skipped. */
function readRules(sheet: string, rules: Rule[]): void {
  const text = sheet.replace(/\/\*[\s\S]*?(\*\/|$)/g, ' ');
  const token = /([^{}]*)([{}])/y; // Sticky: a long tail without braces is looked at once.
  const entered: boolean[] = [];
  for (let found = token.exec(text); found && rules.length < limits.rules; found = token.exec(text)) {
    const prelude = (found[1] ?? '').slice(-2_000).split(';').at(-1)?.trim() ?? '';
    if (found[2] === '}') {
      entered.pop();
      continue;
    }
    if (prelude.startsWith('@')) {
      entered.push(entered.at(-1) !== false && isEntered(prelude.toLowerCase()));
      continue;
    }
    const end = text.indexOf('}', token.lastIndex);
    if (end < 0) return;
    const body = text.slice(token.lastIndex, end);
    if (entered.at(-1) !== false && !body.includes('{')) addRules(prelude, body, rules);
    entered.push(false);
  }
}

const isEntered = (prelude: string): boolean =>
  /^@(layer|supports)\b/.test(prelude) ||
  /^@media\s+((only\s+)?(screen|all))?\s*(and\s*)?(\(min-width:\s*\d{1,3}px\))?$/.test(prelude);

function addRules(selectors: string, body: string, rules: Rule[]): void {
  const declarations = parseDeclarations(body);
  if (declarations.length === 0) return;
  for (const selector of selectors.split(',').slice(0, 50)) {
    const chain = parseSelector(selector.trim());
    if (!chain) continue;
    const count = (of: (compound: Compound) => number): number => chain.reduce((sum, part) => sum + of(part), 0);
    const specificity =
      count(({ id }) => (id ? 10_000 : 0)) +
      count(({ classes, attributes }) => 100 * (classes.length + attributes.length)) +
      count(({ tag }) => (tag ? 1 : 0));
    rules.push({ chain, weight: specificity * 10_000 + rules.length, declarations });
  }
}
