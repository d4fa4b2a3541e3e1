import { oneLine } from '@mcp-servers/core/http';
import type { PrivacyGuard } from '../leak.ts';
import { type CheckedAnswer, checkAnswer, checkGraphql, type SeenRepository } from './answers.ts';
import type { createAsked } from './asked.ts';
import type { Bounds } from './bounds.ts';
import type { Gists } from './gists.ts';
import type { IssueHomes } from './issue-homes.ts';
import { namesIn } from './route-table.ts';

export interface AnswerFacts {
  readonly method: string;
  readonly url: URL;
  readonly body: unknown;
  /** Nothing of a write's answer counts as read. */
  readonly reads: boolean;
}

/** What of an answer is inside, and how many rows were left out. */
export type Inside = Pick<CheckedAnswer, 'data' | 'withheld'>;

interface Parts {
  readonly bounds: Bounds;
  readonly privacy: PrivacyGuard;
  readonly asked: ReturnType<typeof createAsked>;
  readonly gists: Gists;
  readonly issues: IssueHomes;
}

/** Answers without what is outside, recorded as read. Both throw AuthError when all of one is outside. */
export function createCheckedAnswers({ bounds, privacy, asked, gists, issues }: Parts) {
  function refuseOutside({ outside }: CheckedAnswer): void {
    if (outside === undefined) return;
    bounds.refuse(`What answers there is ${oneLine(outside, 120)}, which`, 'is outside the allowlist');
  }

  function record(seen: readonly SeenRepository[], reads: boolean): void {
    if (reads) for (const each of seen) privacy.read(each);
  }

  return {
    async rest(data: unknown, { reads, ...request }: AnswerFacts): Promise<Inside> {
      const details = asked(request);
      const named = details && (await namesIn(details));
      const listing = named?.listing === true && !bounds.open;
      const checked = checkAnswer(data, bounds.allows, { listing });
      refuseOutside(checked);
      if (!bounds.open) issues.learn(checked.data);
      if (details) gists.record(details.path, data, { method: request.method, reads });
      // Of a repository that is not there nothing was read.
      const isMissing = checked.seen.length === 0 && /^\/repos\/[^/]+\/[^/]+$/.test(details?.path ?? '');
      const asking = isMissing ? [] : (named?.repositories ?? []).map((full_name) => ({ full_name }));
      record([...asking, ...checked.seen], reads);
      return { data: checked.data, withheld: checked.withheld };
    },
    graphql(data: unknown, { reads }: { reads: boolean }): Inside {
      const checked = checkGraphql(data, bounds.allows);
      refuseOutside(checked);
      record(checked.seen, reads);
      return { data: checked.data, withheld: checked.withheld };
    },
  };
}
