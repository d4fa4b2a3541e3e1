import { AppError, createLog, type ToolSelection } from '@mcp-servers/core';
import { createMemoryCache } from '@mcp-servers/core/http';
import { createPolicy } from '@mcp-servers/core/resilience';
import { connect, fakeClock, type VendorHandler, withUpstream } from '@mcp-servers/core/testing';
import { type GitHubOptions, openGitHub } from './client/index.ts';
import { createGitHubServer } from './server.ts';

export const token = 'ghp_3f9aSecretOfTheTests';

/** A port before a vendor on loopback, with a token, waits that take no time, and what it logs. */
export async function withGitHub(handler: VendorHandler, given: Partial<GitHubOptions> = {}) {
  const vendor = await withUpstream(handler);
  const opened = openPort(vendor.url, given);
  return { vendor, ...opened, [Symbol.asyncDispose]: () => vendor[Symbol.asyncDispose]() };
}

export function openPort(apiUrl: string, given: Partial<GitHubOptions> = {}) {
  const lines: string[] = [];
  const log = createLog({ name: 'test', level: 'debug', destination: { write: (line) => void lines.push(line) } });
  // Retries are not waited for: the clock of the policy goes on as soon as somebody sleeps on it.
  const clock = { ...fakeClock(), sleep: immediately };
  const github = openGitHub({
    ...{ apiUrl, credential: { kind: 'token', token }, version: '0.0.0', log, cache: createMemoryCache() },
    policy: createPolicy({ name: 'GitHub', clock, random: () => 0 }),
    ...given,
  });
  const connectClient = (selection: ToolSelection = { toolsets: ['all'] }) =>
    connect(createGitHubServer({ deps: { github }, log, selection }));
  return { github, lines, log, connect: connectClient };
}

/** Short sleeps end at once, long ones (timeouts) only when they are given up. */
function immediately(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 10_000) return Promise.resolve();
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
}

export const signal: AbortSignal = new AbortController().signal;

/** What was thrown. */
export async function failure(call: Promise<unknown>): Promise<AppError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('It did not fail.');
}

export const json = (body: unknown, headers: Record<string, string> = {}, status = 200) => ({ status, headers, body });
