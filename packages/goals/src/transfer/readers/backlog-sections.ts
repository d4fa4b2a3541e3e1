const known = new Set([
  'description',
  'acceptance criteria',
  'definition of done',
  'implementation plan',
  'implementation notes',
  'final summary',
  'comments',
]);

export interface Sections {
  /** Sections that Backlog.md writes, by their lower-case heading. */
  sections: Map<string, string>;
  /** Sections that people added, and text before the first heading. */
  others: (readonly [string, string])[];
}

/** Body of a task file -> its sections. Headings between the markers of a section, or in a fence, are part of its text. */
export function backlogSections(body: string): Sections {
  const found: { heading: string; lines: string[] }[] = [{ heading: '', lines: [] }];
  let isMarked = false;
  let isFenced = false;
  for (const line of body.split('\n')) {
    const marker = /^<!-- (?:SECTION:)?[A-Z_]+:(BEGIN|END) -->$/.exec(line.trim())?.[1];
    if (/^ {0,3}(?:```|~~~)/.test(line)) isFenced = !isFenced;
    if (marker) isMarked = marker === 'BEGIN';
    else if (!isMarked && !isFenced && line.startsWith('## ')) found.push({ heading: line.slice(3).trim(), lines: [] });
    else found.at(-1)?.lines.push(line);
  }
  const sections = new Map<string, string>();
  const others: [string, string][] = [];
  for (const { heading, lines } of found) {
    const text = lines.join('\n').trim();
    const name = heading.toLowerCase().replace(/ \(optional\)$/, '');
    if (text === '') continue;
    if (!known.has(name)) others.push([heading === '' ? 'Notes' : heading, text]);
    else sections.set(name, sections.has(name) ? `${sections.get(name)}\n\n${text}` : text);
  }
  return { sections, others };
}

/** Numbers of the criteria that are ticked, from 1. */
export function checksOf(criteria: string): number[] {
  const boxes = criteria.split('\n').filter((line) => line.trim() !== '');
  return boxes.flatMap((line, index) => (/^\s*[-*+] \[[xX]\]/.test(line) ? [index + 1] : []));
}
