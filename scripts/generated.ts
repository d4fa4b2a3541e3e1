import type * as z from 'zod';
import { type AnyTool, describeSettings, type Schema, toDefinition } from '../packages/core/src/index.ts';
import { toPromptArguments } from '../packages/core/src/prompt.ts';
import { DashboardSettings } from '../packages/dashboard/src/config.ts';
import { GitHubSettings, tools as githubTools } from '../packages/github/src/index.ts';
import { GoalsSettings } from '../packages/goals/src/config.ts';
import { prompts } from '../packages/goals/src/prompts/index.ts';
import { resources } from '../packages/goals/src/resources/index.ts';
import { tools } from '../packages/goals/src/tools/index.ts';
import { InternetSettings, tools as internetTools } from '../packages/internet/src/index.ts';

/** Documents that hold generated parts, from the top of the repository. */
export const documentsWithTables = [
  'README.md',
  'docs/goals.md',
  'docs/internet.md',
  'packages/internet/README.md',
  'docs/github.md',
  'packages/github/README.md',
] as const;

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
  resources: () =>
    table(
      ['address', 'what it is'],
      resources.map(({ uri, description }) => [`\`${uri}\``, description]),
    ),
  prompts: () =>
    table(
      ['prompt', 'arguments', 'what it does'],
      prompts.map(({ name, title, description, arguments: schema }) => [
        `\`${name}\``,
        toPromptArguments(schema)
          .map((argument) => `\`${argument.name}\`${argument.required ? '' : ' (optional)'}`)
          .join(', '),
        `**${title}.** ${description}`,
      ]),
    ),
  arguments: () => argumentSections(tools),
  configuration: () =>
    settingsTable([
      home('Folder of the embedded database, `config.env` and the copies'),
      ...settingRows(describeSettings(GoalsSettings)),
    ]),
  'dashboard-configuration': () => settingsTable(settingRows(describeSettings(DashboardSettings)).filter(isOwn)),
  ...serverTables('internet', { tools: internetTools, settings: InternetSettings }),
  ...serverTables('github', { tools: githubTools, settings: GitHubSettings }),
};

interface ServerParts {
  tools: readonly AnyTool<never>[];
  settings: z.ZodObject;
}

/** Of one server: `<name>-tools`, `<name>-arguments` and `<name>-configuration`. */
function serverTables(name: string, { tools, settings }: ServerParts): Record<string, () => string> {
  return {
    [`${name}-tools`]: () =>
      table(
        ['tool', 'effect', 'toolsets', 'what it does'],
        tools.map(({ name, effect, toolsets = [], title, description }) => [
          `\`${name}\``,
          effect,
          toolsets.map((toolset) => `\`${toolset}\``).join(', '),
          `**${title}.** ${description}`,
        ]),
      ),
    [`${name}-arguments`]: () => argumentSections(tools),
    [`${name}-configuration`]: () =>
      settingsTable([
        home('Folder of `config.env` and the status sockets'),
        ...settingRows(describeSettings(settings)),
      ]),
  };
}

const home = (about: string): string[] => ['`MCP_SERVERS_HOME`', '`~/.mcp-servers`', about];

const settingsTable = (rows: readonly (readonly string[])[]): string => table(['variable', 'default', 'meaning'], rows);

const settingRows = (settings: ReturnType<typeof describeSettings>): string[][] =>
  settings.map(({ name, default: value, secret, about }) => [
    `\`${name}\``,
    value ? `\`${value}\`` : '',
    secret ? `${about} (secret)` : about,
  ]);

const isOwn = ([name = '']: readonly string[]): boolean => name.startsWith('`DASHBOARD_');

/** Replaces what stands between `<!-- generated:name -->` and `<!-- /generated:name -->`. Throws on an unknown name. */
export function fillTables(text: string): string {
  return text.replace(/(?<=<!-- generated:([\w-]+) -->\n)[\s\S]*?(?=<!-- \/generated:\1 -->)/g, (_, name: string) => {
    const render = tables[name];
    if (!render) throw new Error(`No generated part is called ${name}; there are ${Object.keys(tables).join(', ')}.`);
    return `\n${render()}\n\n`;
  });
}

/** One section a tool; entries of lists get a table of their own under the first tool that takes them. */
function argumentSections(tools: readonly AnyTool<never>[]): string {
  const shown = new Set<string>();
  return tools
    .map(({ name, input, output }) => {
      const schema = toDefinition(input);
      const entries = Object.entries(schema.properties ?? {}).flatMap(([list, { items }]) => {
        const entry = items && resolve(items, schema);
        if (!entry?.properties || shown.has(JSON.stringify(entry))) return [];
        shown.add(JSON.stringify(entry));
        return [`Each entry of \`${list}\`:\n\n${argumentTable(entry)}`];
      });
      return [`### ${name}`, argumentTable(schema), ...entries, answerLine(toDefinition(output, 'output'))].join(
        '\n\n',
      );
    })
    .join('\n\n');
}

/** Names of the answer; and whether there is sometimes more. */
function answerLine({ properties = {}, required = [], additionalProperties }: Schema): string {
  const name = (key: string, field: Schema): string =>
    `\`${key}\`${field.type === 'array' ? ' (list)' : ''}${required.includes(key) ? '' : ' (sometimes)'}`;
  const names = Object.entries(properties).map(([key, field]) => name(key, field));
  return `Answers ${[...names, ...(additionalProperties === false ? [] : ['more that explains itself'])].join(', ')}.`;
}

const resolve = (schema: Schema, { $defs = {} }: Schema): Schema | undefined =>
  schema.$ref ? $defs[schema.$ref.slice('#/$defs/'.length)] : schema;

function argumentTable({ properties = {}, required = [] }: Schema): string {
  if (Object.keys(properties).length === 0) return 'Takes no arguments.';
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

function typeOf(schema: Schema): string {
  const { type, enum: values, items, anyOf, like } = schema;
  if (values) return values.map((value) => `\`${value}\``).join(', ');
  if (anyOf) return anyOf.map(typeOf).join(' or ');
  if (type === 'array') {
    const inside = like
      ? `, like ${like}`
      : items && (items.$ref ?? items.properties)
        ? ''
        : ` of ${typeOf(items ?? {})}`;
    return `list${bounds(schema.minItems, schema.maxItems)}${inside}`;
  }
  const range =
    type === 'string'
      ? bounds(schema.minLength, schema.maxLength, ' characters')
      : bounds(schema.minimum, schema.maximum);
  return `${[type ?? 'any JSON'].flat().join(' or ')}${range}`;
}

function bounds(from: number | undefined, to: number | undefined, unit = ''): string {
  if (to === undefined || to === Number.MAX_SAFE_INTEGER) return from ? ` (${from}${unit} or more)` : '';
  return from === undefined ? ` (up to ${to}${unit})` : ` (${from} to ${to}${unit})`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
