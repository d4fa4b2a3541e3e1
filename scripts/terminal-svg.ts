import { stripVTControlCharacters } from 'node:util';

const look = { width: 9, height: 20, margin: 18, bar: 34 };
/** A colour or weight of ANSI; its number is the group, so that `split` keeps it. */
const sequence = new RegExp(`${String.fromCharCode(27)}\\[([\\d;]*)m`);
const colours: Record<string, string> = { '32': '#7ee787', '33': '#e3b341' };

/** What a terminal shows of these lines, as an SVG. Colours, bold and dim of ANSI sequences are kept, all others dropped. */
export function terminalSvg(lines: readonly string[], title: string): string {
  const columns = Math.max(60, ...lines.map((line) => stripVTControlCharacters(line).length));
  const width = columns * look.width + 2 * look.margin;
  const height = lines.length * look.height + look.bar + look.margin;
  const dots = ['#ff5f57', '#febc2e', '#28c840'].map(
    (fill, index) => `<circle cx="${20 + index * 20}" cy="18" r="6" fill="${fill}"/>`,
  );
  const rows = lines.map(
    (line, index) =>
      `<text xml:space="preserve" x="${look.margin}" y="${look.bar + 14 + index * look.height}">${toSpans(line) || ' '}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${toText(title)}</title>`,
    '<style>text{font:15px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#e6edf3;white-space:pre}</style>',
    `<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>`,
    ...dots,
    ...rows,
    '</svg>',
    '',
  ].join('\n');
}

function toSpans(line: string): string {
  let style = '';
  return line
    .split(sequence)
    .map((part, index) => {
      if (index % 2 === 0) return style && part ? `<tspan ${style}>${toText(part)}</tspan>` : toText(part);
      style = styleOf(part);
      return '';
    })
    .join('');
}

function styleOf(code: string): string {
  if (code === '1') return 'font-weight="bold"';
  if (code === '2') return 'fill="#8b949e"';
  return code in colours ? `fill="${colours[code]}"` : '';
}

const toText = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
