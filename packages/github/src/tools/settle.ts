import { AppError } from '@mcp-servers/core';

/** One list of several that cannot be read, for want of a permission or because it is switched off, leaves the others readable. */
export async function settle<T>(page: Promise<T>): Promise<T | { items: []; not_read: string }> {
  try {
    return await page;
  } catch (error) {
    if (!(error instanceof AppError) || !['auth', 'not_found', 'validation'].includes(error.code)) throw error;
    return { items: [], not_read: [error.message, error.hint].filter(Boolean).join(' ') };
  }
}
