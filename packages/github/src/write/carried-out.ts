import { AppError, CancelledError } from '@mcp-servers/core';
import type { GitHub } from '../client/index.ts';
import { sayingMore } from './saying.ts';
import { isGraphqlWrite, isRestWrite } from './writes.ts';

/** Objects of git, which nobody sees before a branch leads there. */
const unseen = /\/git\/(blobs|trees|commits)$/;

/**
 * The work, with what was carried out before it added to an error. When reading back fails, the write looks as if it had failed, and would
 * be done a second time. A write that fails is told by the work itself.
 */
export async function tellingCarriedOut<T>(github: GitHub, work: (port: GitHub) => Promise<T>): Promise<T> {
  const done: string[] = [];
  const failures = new Set<unknown>();
  const noting = async <A>(sending: Promise<A>, name: (answer: A) => string | undefined): Promise<A> => {
    try {
      const answer = await sending;
      const what = name(answer);
      if (what !== undefined) done.push(what);
      return answer;
    } catch (error) {
      failures.add(error);
      throw error;
    }
  };
  const port: GitHub = {
    ...github,
    rest(route, parameters, call) {
      const sending = github.rest(route, parameters, call);
      if (!isRestWrite(route, call) || unseen.test(route)) return sending;
      const fields = parameters as Readonly<Record<string, unknown>>;
      const asked = route.replaceAll(/\{(\w+)\}/g, (field, name: string) => String(fields[name] ?? field));
      return noting(sending, ({ status, data }) => (status < 400 ? withAddress(asked, data) : undefined));
    },
    graphql(query, variables, call) {
      const sending = github.graphql(query, variables, call);
      return isGraphqlWrite(query, call) ? noting(sending, () => query.name) : sending;
    },
  };
  try {
    return await work(port);
  } catch (error) {
    const isTold = !(error instanceof AppError) || error instanceof CancelledError || comesFrom(error, failures);
    if (isTold || done.length === 0) throw error;
    throw sayingMore(error, `${carriedOut} ${done.join('; ')}.`, {
      ...{ retryable: false, hint: 'What was carried out stays. Read what is there before calling again.' },
    });
  }
}

const carriedOut = 'Carried out before that:';

/** Of what was made, where GitHub says it. */
function withAddress(asked: string, data: unknown): string {
  const address = (data as { html_url?: unknown } | undefined)?.html_url;
  return typeof address === 'string' ? `${asked} (${address})` : asked;
}

/** Whether it, or what it was made of, is one of these or was told already. */
function comesFrom(error: AppError, failures: ReadonlySet<unknown>): boolean {
  if (error.message.includes(carriedOut)) return true;
  for (let cause: unknown = error; cause !== undefined; cause = (cause as { cause?: unknown }).cause) {
    if (failures.has(cause)) return true;
    if (!(cause instanceof Error)) return false;
  }
  return false;
}
