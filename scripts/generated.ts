import { describeSettings, toDefinition } from '../packages/core/src/index.ts';
import { GoalsSettings } from '../packages/goals/src/config.ts';
import { tools } from '../packages/goals/src/tools/index.ts';

/** Documents that hold generated parts, from the top of the repository. */
export const documentsWithTables = ['README.md', 'docs/goals.md', 'packages/goals/README.md'] as const;

const tables: Record<string, () => string> = {
  tools: () =>
    table(
      ['tool', 'effect', 'what it does'],
      tools.map(({ name, effect, toolsets, title, description }) => [
        `\`${name}\`${toolsets?.includes('core') ? '' : ' ¹'}`,
        effect,
        `**${title}.** ${description}`,
      ]),
    ),
  arguments: () =>
    tools.map(({ name, title, input }) => `### ${name}\n\n${title}.\n\n${argumentTable(input)}`).join('\n\n'),
  configuration: () =>
    table(
      ['variable', 'default', 'meaning'],
      [
        ['`MCP_SERVERS_HOME`', '`~/.mcp-servers`', 'Folder of the embedded database, `config.env` and the copies'],
        ...describeSettings(GoalsSettings).map(({ name, default: value, secret, about }) => [
          `\`${name}\``,
          value ? `\`${value}\`` : '',
          secret ? `${about} (secret)` : about,
        ]),
      ],
    ),
};

/** Replaces what stands between `<!-- generated:name -->` and `<!-- /generated:name -->`. Throws on an unknown name. */
export function fillTables(text: string): string {
  return text.replace(/(<!-- generated:([\w-]+) -->\n)[\s\S]*?(<!-- \/generated:\2 -->)/g, (_, start, name, end) => {
    const render = tables[name];
    if (!render) throw new Error(`No generated part is called ${name}; there are ${Object.keys(tables).join(', ')}.`);
    return `${start}\n${render()}\n\n${end}`;
  });
}

type Property = { type?: string; enum?: string[]; items?: Property; description?: string; default?: unknown };

function argumentTable(input: (typeof tools)[number]['input']): string {
  const { properties = {}, required = [] } = toDefinition(input, 'input') as {
    properties?: Record<string, Property>;
    required?: string[];
  };
  return table(
    ['argument', 'type', ''],
    Object.entries(properties).map(([name, property]) => [
      `\`${name}\`${required.includes(name) ? ' (required)' : ''}`,
      typeOf(property),
      [property.description, property.default === undefined ? '' : `default \`${JSON.stringify(property.default)}\``]
        .filter(Boolean)
        .join('; '),
    ]),
  );
}

function typeOf({ type, enum: values, items }: Property): string {
  if (values) return values.map((value) => `\`${value}\``).join(', ');
  if (type === 'array') return items?.type === 'object' || !items ? 'list of objects' : `list of ${typeOf(items)}`;
  return type ?? 'any JSON';
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
