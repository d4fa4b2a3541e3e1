import { type Colour, isSameColour, parseColour } from './colour.ts';
import { createStyles, type Declarations } from './css.ts';
import {
  ancestorsOf,
  type DomDocument,
  type DomElement,
  type DomNode,
  elementsIn,
  isComment,
  isElement,
  isText,
  wordsOf,
} from './dom.ts';

/** Text that a reader does not see and that was taken out. The text itself is not passed on. */
export interface HiddenText {
  characters: number;
  reasons: { reason: string; characters: number }[];
  /** Set when most of the page is styled as hidden, which is how pages look before their script runs; it was kept. */
  kept?: string;
}

interface Inherited {
  invisible?: string;
  colour?: Colour;
  /** undefined: unknown, for example a picture. */
  ground?: Colour;
}

const never = 'script, style, template, object, embed, canvas, svg, datalist, link, meta';
const shortestComment = 20;
const longestDecoration = 200;

/** Removes what a reader does not see from the document. Styles come from `style` attributes and `<style>` elements only. */
export function removeHidden(document: DomDocument): HiddenText {
  const counts = new Map<string, number>();
  const sheets = [...document.querySelectorAll('style')]
    .filter((style) => ![...ancestorsOf(style)].some(({ localName }) => localName === 'noscript'))
    .map((style) => style.textContent ?? '');
  const stylesOf = createStyles(sheets);
  const revealable = idsOfControls(document);
  const external = document.querySelector('link[rel~="stylesheet"]') !== null;
  let kept: string | undefined;

  for (const element of document.querySelectorAll('template')) count('template', lengthOf(element));
  for (const element of [...document.querySelectorAll(never)]) {
    if (!isMathScript(element)) element.remove();
  }
  const total = lengthOf(document.body);
  const start: Inherited = external ? {} : { ground: [255, 255, 255, 1] };
  visit();
  removeDecoration(document.body);
  const reasons = [...counts].map(([reason, characters]) => ({ reason, characters }));
  const characters = reasons.reduce((sum, reason) => sum + reason.characters, 0);
  return { characters, reasons, ...(kept && { kept }) };

  function count(reason: string, characters: number): void {
    if (characters > 0) counts.set(reason, (counts.get(reason) ?? 0) + characters);
  }

  function visit(): void {
    const open: { nodes: DomNode[]; inherited: Inherited }[] = [{ nodes: [document.body], inherited: start }];
    for (let level = open.pop(); level; level = open.pop()) {
      for (const node of level.nodes) {
        if (isElement(node)) {
          const inherited = enter(node, level.inherited);
          if (inherited) open.push({ nodes: [...node.childNodes], inherited });
        } else if (isComment(node)) {
          const length = (node.textContent ?? '').trim().length;
          if (length >= shortestComment) count('comment', length);
          node.remove();
        } else if (isText(node) && level.inherited.invisible) {
          const length = lengthOf(node);
          if (length === 0) continue;
          count(level.inherited.invisible, length);
          node.remove();
        }
      }
    }
  }

  /** What children inherit, or undefined when the element is gone. */
  function enter(element: DomElement, inherited: Inherited): Inherited | undefined {
    const styles = stylesOf(element);
    const reason = hiddenByAttribute(element) ?? (styles && hiddenByStyle(styles));
    if (reason && !revealable.has(element.getAttribute('id') ?? '')) {
      const length = lengthOf(element);
      if (length * 2 <= total || total < 40) {
        count(reason, length);
        element.remove();
        return undefined;
      }
      kept = reason;
      return inherited;
    }
    const next = inherit(element, styles, inherited);
    if (next.invisible && !inherited.invisible && lengthOf(element) * 2 > total && total >= 40) {
      kept = next.invisible;
      return inherited;
    }
    return next;
  }
}

/** Ids of what a tab, a fold or a switch on the page shows when it is pressed: a reader gets to see that. */
function idsOfControls(document: DomDocument): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const control of document.querySelectorAll(
    '[aria-controls],[data-bs-target],[data-target],[role="tab"][href]',
  )) {
    if (control.getAttribute('aria-haspopup') || (control.textContent ?? '').trim() === '') continue;
    if ([control, ...ancestorsOf(control)].some(({ localName }) => localName === 'nav' || localName === 'header'))
      continue;
    for (const id of wordsIn(control, 'aria-controls')) ids.add(id);
    for (const name of ['data-bs-target', 'data-target', 'href']) {
      const target = control.getAttribute(name);
      if (target?.startsWith('#') && target.length > 1) ids.add(target.slice(1));
    }
  }
  return ids;
}

const wordsIn = (element: DomElement, attribute: string): string[] =>
  element.getAttribute(attribute)?.split(/\s+/).filter(Boolean) ?? [];

function hiddenByAttribute(element: DomElement): string | undefined {
  const hidden = element.getAttribute('hidden');
  if (hidden !== null && hidden.toLowerCase() !== 'until-found') return 'hidden attribute';
  if (element.localName === 'dialog' && !element.hasAttribute('open')) return 'closed dialog';
  if (element.hasAttribute('popover')) return 'closed dialog';
  return undefined;
}

function hiddenByStyle(styles: Declarations): string | undefined {
  const get = (property: string): string => styles.get(property) ?? '';
  if (get('display') === 'none') return 'display: none';
  const opacity = get('opacity');
  if (opacity !== '' && Number.parseFloat(opacity) <= 0.02) return 'opacity: 0';
  const clips = /hidden|clip/.test(get('overflow') + get('overflow-x') + get('overflow-y'));
  const outOfFlow = /absolute|fixed/.test(get('position'));
  if (outOfFlow && /rect\(\s*[01](px)?\s*[, ]/.test(get('clip'))) return 'clipped';
  if (/inset\(\s*(50|100)%|circle\(\s*0|polygon\(\s*0\D*0\D*0\D*0\D*0\D*0/.test(get('clip-path'))) return 'clipped';
  const folds = get('transition') !== '' && !get('transition').startsWith('none');
  const sizes = ['width', 'height', 'max-width', 'max-height'].filter((property) => isTiny(get(property)));
  if (clips && sizes.length > 0 && !(folds && sizes.every((property) => property.endsWith('height'))))
    return 'zero size';
  if (/scale[xy]?\(\s*0(\.0+)?\s*[,)]/.test(get('transform'))) return 'zero size';
  if (outOfFlow && ['left', 'top', 'right', 'bottom'].some((property) => isFarOff(get(property)))) return 'off-screen';
  if (isFarOff(get('text-indent')) || isFarOff(get('margin-left'))) return 'off-screen';
  if (/translate\w*\([^)]*-\d{4,}px/.test(get('transform'))) return 'off-screen';
  return undefined;
}

const isTiny = (length: string): boolean =>
  /^[01]?(\.\d+)?(px|em|rem|pt|%)?$/.test(length) &&
  /\d/.test(length) &&
  Number.parseFloat(length) <= (/e?m$|rem$/.test(length) ? 0.05 : 1);

function isFarOff(length: string): boolean {
  const [, digits = '', unit = ''] = /^(-?[\d.]+)([a-z%]*)$/.exec(length) ?? [];
  const size = Math.abs(Number.parseFloat(digits));
  if (unit === 'px' || unit === '') return digits.startsWith('-') ? size >= 500 : size >= 5_000;
  if (unit === '%' || unit === 'vw' || unit === 'vh') return digits.startsWith('-') && size >= 100;
  return digits.startsWith('-') && size >= 50;
}

function inherit(element: DomElement, styles: Declarations | undefined, from: Inherited): Inherited {
  const ownColour = styles?.get('color') ?? (element.localName === 'font' ? element.getAttribute('color') : null);
  const ownGround = styles?.get('background-color') ?? styles?.get('background') ?? element.getAttribute('bgcolor');
  const picture = styles?.has('background-image') || element.hasAttribute('background');
  if (!styles && !ownColour && !ownGround && !picture) return from;

  const ground = picture
    ? undefined
    : ownGround && ownGround !== 'none'
      ? groundOf(ownGround, from.ground)
      : from.ground;
  const colour = ownColour ? parseColour(ownColour) : from.colour;
  const ink = colour && (colour[3] === 0 || (ground && isSameColour(colour, ground)));
  const through = /text/.test(`${styles?.get('background-clip') ?? ''}${styles?.get('-webkit-background-clip') ?? ''}`);
  const colourReason = ink && !through && !picture ? 'same colour as the background' : undefined;

  const visibility = styles?.get('visibility');
  const size = styles?.get('font-size') ?? /(?:^|\s)([\d.]+(?:px|pt|em|rem|%))/.exec(styles?.get('font') ?? '')?.[1];
  const other = from.invisible === 'same colour as the background' ? undefined : from.invisible;
  let invisible = colourReason ?? (ownColour || ownGround || picture ? other : from.invisible);
  if (visibility === 'hidden' || visibility === 'collapse') invisible = 'visibility: hidden';
  else if (visibility === 'visible' && invisible === 'visibility: hidden') invisible = undefined;
  if (size && isTiny(size)) invisible = 'font size 0';
  else if (size && invisible === 'font size 0' && !/(em|%)$/.test(size.replace('rem', ''))) invisible = undefined;
  return { ...(invisible && { invisible }), ...(colour && { colour }), ...(ground && { ground }) };
}

function groundOf(value: string, behind: Colour | undefined): Colour | undefined {
  const colour = parseColour(value);
  return colour?.[3] === 0 ? behind : colour;
}

/** `aria-hidden` marks icons and repeats. It can be seen, so only short text goes, and never all that an element has. */
function removeDecoration(body: DomElement): void {
  for (const element of [...elementsIn(body)]) {
    if (element.getAttribute('aria-hidden') !== 'true') continue;
    const length = lengthOf(element);
    const around = element.parentNode ? lengthOf(element.parentNode) : 0;
    const isKatex = wordsOf(element, 'class').includes('katex-html');
    const isIcon = wordsOf(element, 'class').some((name) => /icon|material|glyph|^fa$/.test(name));
    const isSign = !/[\p{L}\p{N}]/u.test(element.textContent ?? '');
    if (isKatex || (length < longestDecoration && (around > length || isSign || isIcon))) element.remove();
  }
}

const isMathScript = (element: DomElement): boolean =>
  element.localName === 'script' && /^math\/tex/i.test(element.getAttribute('type') ?? '');

const lengthOf = (node: DomNode): number => (node.textContent ?? '').replace(/\s+/g, ' ').trim().length;
