import { describeSettings, toDefinition } from '../packages/core/src/index.ts';
import { GoalsSettings } from '../packages/goals/src/config.ts';
import { tools } from '../packages/goals/src/tools/index.ts';

/** Documents that hold generated parts, from the top of the repository. */
export const documentsWithTables = ['README.md', 'docs/goals.md'] as const;

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
  arguments: argumentSections,
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
  return text.replace(/(?<=<!-- generated:([\w-]+) -->\n)[\s\S]*?(?=<!-- \/generated:\1 -->)/g, (_, name: string) => {
    const render = tables[name];
    if (!render) throw new Error(`No generated part is called ${name}; there are ${Object.keys(tables).join(', ')}.`);
    return `\n${render()}\n\n`;
  });
}

interface Schema {
  type?: string | string[];
  enum?: string[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  description?: string;
  default?: unknown;
  anyOf?: Schema[];
  $ref?: string;
  $defs?: Record<string, Schema>;
}

/** One section a tool; entries of lists get a table of their own under the first tool that takes them. */
function argumentSections(): string {
  const shown = new Set<string>();
  return tools
    .map(({ name, title, input }) => {
      const schema = toDefinition(input, 'input') as Schema;
      const entries = Object.entries(schema.properties ?? {}).flatMap(([list, { items }]) => {
        const entry = items && resolve(items, schema);
        if (!entry?.properties || shown.has(JSON.stringify(entry))) return [];
        shown.add(JSON.stringify(entry));
        return [`Each entry of \`${list}\`:\n\n${argumentTable(entry)}`];
      });
      return [`### ${name}`, `${title}.`, argumentTable(schema), ...entries].join('\n\n');
    })
    .join('\n\n');
}

const resolve = (schema: Schema, { $defs = {} }: Schema): Schema | undefined =>
  schema.$ref ? $defs[schema.$ref.slice('#/$defs/'.length)] : schema;

function argumentTable({ properties = {}, required = [] }: Schema): string {
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

function typeOf({ type, enum: values, items, anyOf }: Schema): string {
  if (values) return values.map((value) => `\`${value}\``).join(', ');
  if (anyOf) return anyOf.map(typeOf).join(' or ');
  if (type === 'array') return items && (items.$ref ?? items.properties) ? 'list' : `list of ${typeOf(items ?? {})}`;
  return [type ?? 'any JSON'].flat().join(' or ');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
