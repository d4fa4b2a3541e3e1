import type { DocumentNode, GraphQLError, OperationDefinitionNode } from 'graphql';
import type { Call } from '../call.ts';
import { Refusal } from '../refusal.ts';
import { ok, type Reply } from '../reply.ts';
import { bind, type Context } from './context.ts';
import { type Cost, costOf } from './cost.ts';
import { type ErrorView, executionError, FieldRefusal, validationError } from './errors.ts';
import { takeFieldFault } from './faults.ts';
import { type Loaded, loadSchema } from './schema.ts';
import { scopeErrors } from './static-scopes.ts';
import { strictField } from './strict.ts';
import { views } from './views/index.ts';

interface Asked {
  readonly query?: unknown;
  readonly variables?: Readonly<Record<string, unknown>> | null;
  readonly operationName?: string | null;
}

const mostNodes = 500_000;

/** POST /graphql. Throws Refusal for requests that never reach a query. */
export async function answerGraphql(call: Call): Promise<Reply> {
  if (!call.token || !call.user) {
    throw new Refusal(401, 'This endpoint requires you to be authenticated.');
  }
  const { query, variables, operationName } = (call.body ?? {}) as Asked;
  if (typeof query !== 'string') return problem('A query attribute must be specified and must be a string.');
  const loaded = await loadSchema();
  const document = parseQuery(loaded, query);
  if (!('kind' in document)) return problem(document.message, [document]);
  const operation = operationOf(document, operationName);
  if (!operation) return problem('An operation name is required');
  const invalid = loaded.graphql.validate(loaded.schema, document);
  if (invalid.length > 0) return problem(invalid[0]?.message ?? '', invalid.map(validationError));
  const settings = `${call.state.urls.html}/settings/tokens`;
  const unscoped = scopeErrors(loaded, document, { token: call.token, settings });
  if (unscoped.length > 0) return ok({ errors: unscoped });
  const cost = costOf(document, operation, variables ?? {});
  if (cost.nodes > mostNodes) return tooLarge(cost);
  return run(call, { loaded, document, variables: variables ?? {}, operationName, cost });
}

interface Running {
  readonly loaded: Loaded;
  readonly document: DocumentNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName: string | null | undefined;
  readonly cost: Cost;
}

async function run(call: Call, running: Running): Promise<Reply> {
  const { loaded, document, variables, operationName, cost } = running;
  const { state, token, user } = call;
  const problems = new Set<string>();
  const g: Context = {
    ...{ call, state, cost },
    viewer: user as Context['viewer'],
    token: token as Context['token'],
    show: bind(views, () => g),
    fault: (field) => takeFieldFault(state, field),
    problem: (text) => void problems.add(text),
  };
  const { data, errors = [] } = await loaded.graphql.execute({
    ...{ schema: loaded.schema, document, variableValues: variables, operationName: operationName ?? null },
    ...{ contextValue: g, fieldResolver: strictField, typeResolver: typeNameOf },
    rootValue: operationOf(document, operationName)?.operation === 'mutation' ? g.show.mutation() : g.show.query(),
  });
  for (const { originalError, path, message } of errors) {
    if (originalError && isDefect(originalError)) problems.add(originalError.message);
    // Variables that the query does not take: nothing was carried out.
    else if (!path) problems.add(`graphql: ${message}`);
  }
  const isWhole = errors.some(({ originalError }) => originalError instanceof FieldRefusal && originalError.isWhole);
  const body = {
    ...(data !== undefined && !isWhole && { data }),
    ...(errors.length > 0 && { errors: errors.map(executionError) }),
  };
  return { ...ok(body), cost: cost.points, problems: [...problems] };
}

/** Anything but a refusal is a fault of the sandbox's own. */
const isDefect = (error: Error) => !(error instanceof FieldRefusal || error instanceof Refusal);

const typeNameOf = (value: unknown): string => {
  const name = (value as { __typename?: unknown }).__typename;
  if (typeof name !== 'string') throw new Error('a view lacks its __typename');
  return name;
};

const problem = (text: string, errors: readonly ErrorView[] = [{ message: text }]): Reply => ({
  ...ok({ errors }),
  problems: [`graphql: ${text}`],
});

const tooLarge = ({ nodes }: Cost): Reply =>
  ok({
    errors: [
      {
        type: 'MAX_NODE_LIMIT_EXCEEDED',
        message: `This query requests up to ${nodes} possible nodes which exceeds the maximum limit of ${mostNodes.toLocaleString('en-US')}.`,
      },
    ],
  });

function parseQuery({ graphql }: Loaded, text: string): DocumentNode | ErrorView {
  try {
    return graphql.parse(text);
  } catch (error) {
    const { message, locations } = error as GraphQLError;
    return { message, ...(locations && { locations: [...locations] }) };
  }
}

function operationOf(document: DocumentNode, name: string | null | undefined): OperationDefinitionNode | undefined {
  const operations = document.definitions.filter((part): part is OperationDefinitionNode => 'operation' in part);
  if (name) return operations.find((operation) => operation.name?.value === name);
  return operations.length === 1 ? operations[0] : undefined;
}
