import type { GitHubCall, Query } from '../client/index.ts';

/** Whether a REST call changes something; a POST that only reads says so by its class. */
export const isRestWrite = (route: string, call: GitHubCall): boolean =>
  (call.class ?? (/^(GET|HEAD) /.test(route) ? 'read' : 'write')) === 'write';

export const isGraphqlWrite = ({ kind }: Pick<Query<unknown>, 'kind'>, call: GitHubCall): boolean =>
  (call.class ?? (kind === 'mutation' ? 'write' : 'read')) === 'write';

/** A write that changes nothing more the second time: it is sent again when its answer was lost, and a dry run goes on after it. */
export const repeatable = <C extends GitHubCall>(call: C) => ({ ...call, idempotent: true, planned: {} });
