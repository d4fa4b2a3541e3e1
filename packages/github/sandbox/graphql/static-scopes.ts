import type { DocumentNode } from 'graphql';
import { hasScope, type Token } from '../model/tokens.ts';
import type { ErrorView } from './errors.ts';
import type { Loaded } from './schema.ts';

interface Rule {
  /** `Type.field`; of a mutation only its input is looked at. */
  readonly fields: RegExp;
  /** One of them is enough. */
  readonly scopes: readonly string[];
}

/** What of an organisation anybody may know. Whether GitHub lets through more is not documented. */
const open = 'login|id|databaseId|url|resourcePath|avatarUrl|repositor(y|ies)|projectV2|projectsV2|viewerIsAMember';

/** The first that fits counts. Sources: the answers that others were given, as in cli/cli#812 and mntnr/name-your-contributors#72. */
const rules: readonly Rule[] = [
  // Fields of a project, and those that lead into projects from outside of them.
  { fields: /^(ProjectV2\w*\.|\w+\.(projectV2|projectsV2|projectItems)$)/, scopes: ['read:project'] },
  { fields: /^Team\./, scopes: ['read:org', 'read:discussion'] },
  { fields: new RegExp(`^Organization\\.(?!(${open})$)`), scopes: ['read:org'] },
  { fields: /^User\.email$/, scopes: ['user:email', 'read:user'] },
];

/**
 * Some fields need a scope of a classic token. GitHub looks for them in the text of the query, before it begins: also where the node turns out
 * to be something else. One error for each field.
 */
export function scopeErrors(
  { graphql, schema }: Loaded,
  document: DocumentNode,
  { token, settings }: Asking,
): ErrorView[] {
  if (token.kind !== 'classic') return [];
  const info = new graphql.TypeInfo(schema);
  const errors: ErrorView[] = [];
  const inWords = (scopes: readonly string[]) => `[${scopes.map((scope) => `'${scope}'`).join(', ')}]`;
  const Field = ({ name, loc }: FieldAsked) => {
    const parent = info.getParentType()?.name ?? '';
    if (parent.endsWith('Payload') || parent === 'Mutation' || name.value === '__typename') return;
    const rule = rules.find(({ fields }) => fields.test(`${parent}.${name.value}`));
    if (!rule || rule.scopes.some((scope) => hasScope(token, scope))) return;
    errors.push({
      type: 'INSUFFICIENT_SCOPES',
      ...(loc && { locations: [{ line: loc.startToken.line, column: loc.startToken.column }] }),
      message: `Your token has not been granted the required scopes to execute this query. The '${name.value}' field requires one of the following scopes: ${inWords(rule.scopes)}, but your token has only been granted the: ${inWords(token.scopes)} scopes. Please modify your token's scopes at: ${settings}.`,
    });
  };
  graphql.visit(document, graphql.visitWithTypeInfo(info, { Field }));
  return errors;
}

interface FieldAsked {
  readonly name: { readonly value: string };
  readonly loc?: { readonly startToken: { readonly line: number; readonly column: number } };
}

interface Asking {
  readonly token: Token;
  /** Address of the page where scopes are changed. */
  readonly settings: string;
}
