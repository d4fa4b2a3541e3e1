import path from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { UnavailableError } from '../packages/core/src/index.ts';
import { repository } from './bundle.ts';

type Ask = <T>(tool: string, args: Record<string, unknown>) => Promise<T>;

export interface Agent extends AsyncDisposable {
  ask: Ask;
}

/** An agent on its own server process, as a client of the protocol runs it. */
export async function connectAgent(name: string, home: string): Promise<Agent> {
  const client = new Client({ name, version: '1.0.0' });
  const main = path.join(repository, 'packages/goals/src/main.ts');
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: ['--conditions=@mcp-servers/source', main],
      env: { PATH: process.env.PATH ?? '', MCP_SERVERS_HOME: home, GOALS_ACTOR: name, LOG_LEVEL: 'warn' },
      stderr: 'inherit',
    }),
  );
  return {
    async ask<T>(tool: string, args: Record<string, unknown>): Promise<T> {
      const result = await client.callTool({ name: tool, arguments: args });
      if (result.isError) throw new UnavailableError(`${tool} failed: ${JSON.stringify(result.content)}`);
      return result.structuredContent as T;
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}

const day = 24 * 3_600_000;
const inDays = (days: number): string => new Date(Date.now() + days * day).toISOString().slice(0, 10);

const step = (title: string, ref: string, ...blockedBy: string[]) => ({
  title,
  ref,
  ...(blockedBy.length > 0 && { blocked_by: blockedBy }),
});

const goals = [
  {
    title: 'Move billing to the new payment provider',
    description: 'Both providers run side by side for a month. No invoice may be charged twice.',
    priority: 'critical',
    project: 'billing',
    tags: ['payments', 'migration'],
    due_at: inDays(9),
    done: 7,
    tasks: [
      {
        ...step('Read the provider’s contract', 'contract'),
        subtasks: [step('List the fees', 'fees'), step('Ask about refunds', 'refunds')],
      },
      step('Write the adapter', 'adapter', 'contract'),
      step('Replay last month’s invoices', 'replay', 'adapter'),
      step('Compare totals to the cent', 'compare', 'replay'),
      step('Reconcile refunds', 'reconcile', 'adapter'),
      { ...step('Switch the first hundred customers', 'switch', 'compare'), priority: 'high' },
      step('Alert on a charge without an invoice', 'alert'),
      step('Turn the old provider off', 'off', 'switch', 'reconcile'),
    ],
  },
  {
    title: 'Search that understands misspellings',
    priority: 'high',
    tags: ['search'],
    due_at: inDays(21),
    done: 3,
    tasks: [
      step('Collect a month of queries', 'collect'),
      step('Measure what is found today', 'measure', 'collect'),
      step('Try trigrams', 'trigrams', 'measure'),
      step('Tune the ranking', 'rank', 'trigrams'),
      step('Write it up', 'write', 'rank'),
    ],
  },
  {
    title: 'Cut the build to under two minutes',
    priority: 'medium',
    tags: ['ci', 'speed'],
    done: 4,
    tasks: [
      step('Profile the pipeline', 'profile'),
      step('Cache the dependencies', 'cache', 'profile'),
      step('Split the slow tests', 'split', 'profile'),
      step('Drop the second type check', 'types'),
      step('Watch it for a week', 'watch', 'cache', 'split'),
    ],
  },
  {
    title: 'Answer every support question within a day',
    priority: 'medium',
    tags: ['support'],
    due_at: inDays(-2),
    done: 1,
    tasks: [
      step('Sort the open questions', 'sort'),
      step('Draft answers for the ten most common', 'draft', 'sort'),
      step('Review the drafts', 'review', 'draft'),
    ],
  },
  {
    title: 'Upgrade PostgreSQL without a stop',
    priority: 'high',
    tags: ['database'],
    done: 2,
    tasks: [
      step('Rehearse on a copy', 'rehearse'),
      step('Check the extensions', 'extensions'),
      step('Plan the switch', 'plan', 'rehearse'),
    ],
  },
  {
    title: 'Accessible colours in every chart',
    priority: 'low',
    tags: ['design'],
    done: 0,
    tasks: [step('List the charts', 'list'), step('Pick the palette', 'palette', 'list')],
  },
  {
    title: 'A handbook for new contributors',
    priority: 'low',
    tags: ['docs'],
    done: 0,
    tasks: [step('Outline', 'outline'), step('First chapter', 'first', 'outline')],
  },
  {
    title: 'Weekly report that writes itself',
    priority: 'medium',
    project: 'internal',
    tags: ['reports'],
    done: 0,
    tasks: [step('Agree on the figures', 'figures')],
  },
  {
    title: 'Rotate every secret',
    priority: 'high',
    tags: ['security'],
    done: 2,
    close: true,
    tasks: [step('List them', 'list'), step('Rotate', 'rotate', 'list')],
  },
  {
    title: 'Retire the old mobile interface',
    priority: 'low',
    tags: ['cleanup'],
    done: 1,
    close: true,
    tasks: [step('Find its last users', 'users')],
  },
] as const;

interface Created {
  goal: { id: string };
}
interface Claimed {
  claimed: { id: string; title: string }[];
}

/** Fills an empty store by way of the tools, as two agents would: plans, claims, reports, notes. Resolves when all is written. */
export async function fillStore(first: Agent, second: Agent): Promise<void> {
  for (const [index, { done, ...goal }] of goals.toReversed().entries()) {
    const { ask } = index % 3 === 0 ? second : first;
    const { close = false, ...plan } = { close: undefined, ...goal };
    const { goal: made } = await ask<Created>('create_goal', plan);
    for (let count = 0; count < done; count += 1) {
      const [task] = (await ask<Claimed>('claim_tasks', { goal_id: made.id })).claimed;
      if (task)
        await ask('report_progress', {
          id: task.id,
          outcome: 'completed',
          note: `${task.title}: done, see the change.`,
        });
    }
    if (close) await ask('update_items', { items: [{ id: made.id, status: 'completed' }], open_tasks: 'complete' });
    else if (done > 0) {
      const [task] = (await ask<Claimed>('claim_tasks', { goal_id: made.id })).claimed;
      if (task)
        await ask('report_progress', { id: task.id, percent: 10 + 15 * (index % 5), note: 'Half of it works.' });
    }
  }
}
