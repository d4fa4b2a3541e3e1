import { type DomElement, type DomNode, isElement, isText } from './dom.ts';

const startsLine = /^(div|p|li|tr)$/;
const apart = /^(button|script|style|template)$/;
const gutters =
  /\b(gutter|linenos?|line-?numbers?(-rows)?|lineno|rouge-gutter|line-num(ber)?|react-syntax-highlighter-line-number|code-?copy|copy-(button|code))\b/i;

/** The characters of a `<pre>`, untouched: line elements end a line, line numbers and buttons are left out. */
export function codeText(pre: DomElement): string {
  let text = '';
  const open: (DomNode | 'line end')[] = [...pre.childNodes].reverse();
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node === 'line end') {
      if (!text.endsWith('\n')) text += '\n';
    } else if (isText(node)) text += node.textContent ?? '';
    else if (isElement(node)) {
      if (node.localName === 'br') text += '\n';
      if (node.localName === 'br' || apart.test(node.localName) || isGutter(node)) continue;
      if (startsLine.test(node.localName)) open.push('line end');
      open.push(...[...node.childNodes].reverse());
    }
  }
  // The parser of HTML drops one line end after the tag and knows one kind of it.
  return text.replace(/\r\n?/g, '\n').replace(/^\n/, '');
}

export const isGutter = (element: DomElement): boolean => {
  const name = element.getAttribute('class');
  return (
    (name !== null && !name.startsWith('brush') && gutters.test(name) && !/\bcode\b/.test(name.replace(gutters, ''))) ||
    element.hasAttribute('data-line-number')
  );
};

const named = /^(?:language|lang|highlight-source|highlight-text|highlight|brush|code)[-:]([a-z][\w+#.-]*)$/i;
/** Class names after which the language follows as a name of its own. */
const leading = /^(brush:|sourcecode|hljs)$/i;
const notLanguages = new Set(
  'text none plain plaintext plain-text nohighlight txt default source highlight highlighter-rouge wrapper block line-numbers numbers snippet tabs copy'.split(
    ' ',
  ),
);

/** The language that the page's class names or attributes give to a block of code. */
export function languageOf(pre: DomElement): string | undefined {
  const code = [...pre.children].find(({ localName }) => localName === 'code');
  const around = [pre.parentNode, pre.parentNode?.parentNode ?? null].filter(isElement);
  for (const element of [...(code ? [code] : []), pre, ...around]) {
    const attribute = element.getAttribute('data-lang') ?? element.getAttribute('data-language');
    const language = (attribute ?? fromClass(element))?.toLowerCase();
    if (language && /^[a-z][\w+#.-]{0,24}$/.test(language)) return notLanguages.has(language) ? undefined : language;
  }
  return undefined;
}

function fromClass(element: DomElement): string | undefined {
  const names = element.getAttribute('class')?.split(/[\s;]+/) ?? [];
  const language =
    names.map((name) => named.exec(name)?.[1]).find(Boolean) ??
    names[names.findIndex((name) => leading.test(name)) + 1 || names.length];
  return language?.replace(/^html-.*/, 'html');
}
