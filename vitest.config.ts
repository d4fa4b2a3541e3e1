import { defineConfig } from 'vitest/config';

// Packages are run from their sources, without a build.
const conditions = ['@mcp-servers/source', 'module', 'node', 'development|production'];
const all = ['packages/*/src/**/*.test.ts', 'packages/*/test/**/*.test.ts', 'scripts/**/*.test.ts'];
const needsPostgres = all.flatMap((pattern) => [
  pattern.replace('.test.ts', '.db.test.ts'),
  pattern.replace('.test.ts', '.process.test.ts'),
]);

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['@mcp-servers/source'] } },
  test: {
    // Files share one module graph: many times faster, and the reason why tests keep no state in modules.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // The report is what the last line of a run of .ci/run is counted from.
    reporters: process.env.CI ? ['default', ['json', { outputFile: '.cache/ci/tests.json' }]] : ['default'],
    projects: [
      {
        extends: true,
        test: { name: 'fast', include: all, exclude: ['**/node_modules/**', '**/dist/**', ...needsPostgres] },
      },
      {
        extends: true,
        test: {
          name: 'full',
          include: needsPostgres,
          globalSetup: ['packages/core/src/testing/global-setup.ts'],
        },
      },
    ],
  },
});
