import type { PromptMessage } from '@mcp-servers/core';

/** What a prompt says, as its one message. */
export const user = (text: string): PromptMessage[] => [{ role: 'user', text }];
