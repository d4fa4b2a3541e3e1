import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ProblemError } from './api/client.ts';
import { App } from './app.tsx';
import { applyTheme } from './shell/theme.ts';

applyTheme();

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // The stream says what changed; reading again on every focus would only cost.
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      // What was refused for good is not asked again.
      retry: (failures, error) => failures < 2 && error instanceof ProblemError && error.problem.retryable,
    },
  },
});

const root = document.querySelector('#root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <App />
      </QueryClientProvider>
    </StrictMode>,
  );
}
