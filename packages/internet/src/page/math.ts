import { type DomElement, type DomNode, isElement, isText } from './dom.ts';

/** A formula as TeX between dollar signs if the page carries it, else in plain characters; undefined when it is none. */
export function mathOf(element: DomElement): string | undefined {
  if (element.localName === 'script') {
    const display = /mode=display/.test(element.getAttribute('type') ?? '');
    return wrap(element.textContent ?? '', display);
  }
  if (element.localName === 'img') {
    const isFormula = /math|latex|tex\b/i.test(element.getAttribute('class') ?? '');
    return isFormula ? wrap(element.getAttribute('alt') ?? '', false) : undefined;
  }
  if (element.localName !== 'math') return undefined;
  const display = element.getAttribute('display') === 'block' || element.getAttribute('mode') === 'display';
  const annotation = element.querySelector('annotation[encoding="application/x-tex"],annotation[encoding="TeX"]');
  const tex = annotation?.textContent ?? element.getAttribute('alttext') ?? element.getAttribute('alt');
  return tex?.trim() ? wrap(tex, display) : wrap(linear(element, 0), display);
}

function wrap(source: string, display: boolean): string {
  const tex = source
    .trim()
    .replace(/^\{\\(?:displaystyle|textstyle)\s*([\s\S]*)\}$/, '$1')
    .replace(/^\\displaystyle\s*/, '')
    .replace(/\s+/g, ' ')
    .trim();
  if (tex === '') return '';
  return display ? `$$${tex}$$` : `$${tex}$`;
}

/** Presentation MathML without TeX: powers, indices, fractions and roots in characters. */
function linear(node: DomNode, depth: number): string {
  if (isText(node)) return (node.textContent ?? '').replace(/\s+/g, ' ');
  if (!isElement(node) || depth > 50) return (node.textContent ?? '').trim();
  const parts = [...node.childNodes].map((child) => linear(child, depth + 1)).filter((part) => part.trim() !== '');
  const group = (part = ''): string => (part.length > 1 ? `(${part})` : part);
  const [first = '', second = '', third = ''] = parts;
  switch (node.localName) {
    case 'msup':
    case 'mover':
      return `${first}^${group(second)}`;
    case 'msub':
    case 'munder':
      return `${first}_${group(second)}`;
    case 'msubsup':
    case 'munderover':
      return `${first}_${group(second)}^${group(third)}`;
    case 'mfrac':
      return `${group(first)}/${group(second)}`;
    case 'msqrt':
      return `sqrt(${parts.join('')})`;
    case 'annotation':
    case 'annotation-xml':
      return '';
    case 'mo':
      return /^[=+\-−<>≤≥∈→⇒×·±]$/.test(parts.join('').trim()) ? ` ${parts.join('').trim()} ` : parts.join('');
    default:
      return parts.join('');
  }
}
