/** The parts of a Markdown text that the checks of the documents look at. */
export interface Block {
  /** The words after the opening fence: language first. */
  info: string[];
  body: string;
  /** Of the opening fence, from 1. */
  line: number;
}

/** Fenced code blocks, in order. */
export function codeBlocks(text: string): Block[] {
  const blocks: Block[] = [];
  let open: { info: string[]; lines: string[]; line: number } | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const fence = /^ {0,3}```(.*)$/.exec(line);
    if (!fence) open?.lines.push(line);
    else if (open === undefined) open = { info: words(fence[1] ?? ''), lines: [], line: index + 1 };
    else {
      blocks.push({ info: open.info, body: open.lines.join('\n'), line: open.line });
      open = undefined;
    }
  }
  return blocks;
}

/** The text without fenced blocks and without inline code: links and headings are looked for here. */
function prose(text: string): string {
  return text.replace(/^ {0,3}```[\s\S]*?^ {0,3}```$/gm, '').replace(/`[^`\n]*`/g, '');
}

/** The text inside single backticks, outside fenced blocks. */
export function inlineCode(text: string): string[] {
  const unfenced = text.replace(/^ {0,3}```[\s\S]*?^ {0,3}```$/gm, '');
  return [...unfenced.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
}

/** Targets of links and images. */
export function links(text: string): string[] {
  return [...prose(text).matchAll(/!?\[[^\]]*\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
}

/** Names one can link to, as GitHub derives them from headings. */
export function anchors(text: string): string[] {
  const unfenced = text.replace(/^ {0,3}```[\s\S]*?^ {0,3}```$/gm, '');
  const seen = new Map<string, number>();
  return [...unfenced.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => {
    const name = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    return count === 0 ? name : `${name}-${count}`;
  });
}

const words = (text: string): string[] => text.trim().split(/\s+/).filter(Boolean);
