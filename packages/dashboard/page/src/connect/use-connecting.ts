import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ClientId, Connected, Disconnected } from '../../../src/contract.ts';
import { request } from '../api/client.ts';
import { connectQuery, serversQuery } from '../api/queries.ts';

export type Outcome =
  | { kind: 'written' }
  | { kind: 'undone'; brought: Disconnected['brought'] }
  | { kind: 'failed'; error: unknown };

/** Writes into one client's configuration, takes it back, and looks at it again after either. */
export function useConnecting(id: ClientId) {
  const client = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome>();
  const path = `/api/connect/${id}`;

  const lookAgain = () => client.invalidateQueries({ queryKey: connectQuery.queryKey });
  async function run(work: () => Promise<Outcome>): Promise<void> {
    setBusy(true);
    const next = await work().catch((error: unknown): Outcome => ({ kind: 'failed', error }));
    // Also after a refusal: the file is no longer what was shown.
    await lookAgain();
    void client.invalidateQueries({ queryKey: serversQuery.queryKey });
    setOutcome(next);
    setBusy(false);
  }

  return {
    ...{ isBusy, outcome, lookAgain },
    write: (digest: string) =>
      run(async () => {
        await request<Connected>(path, { method: 'POST', body: { digest } });
        return { kind: 'written' };
      }),
    undo: () =>
      run(async () => {
        const { brought } = await request<Disconnected>(path, { method: 'DELETE' });
        return { kind: 'undone', brought };
      }),
  };
}
