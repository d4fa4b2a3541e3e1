import { NotFoundError } from '@mcp-servers/core';

/** Whether what is read is there no more: reading it says so by a NotFoundError. */
export async function isGone(reading: Promise<unknown>): Promise<boolean> {
  try {
    await reading;
    return false;
  } catch (error) {
    if (error instanceof NotFoundError) return true;
    throw error;
  }
}
