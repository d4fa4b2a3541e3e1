import { toVisible } from '@mcp-servers/core/outside';

/** The login of an account; deleted accounts have none. */
export const loginOf = (user: { login: string } | null | undefined): string => user?.login ?? 'ghost';

/** Text from outside where no marks are around it: on one line, with what it hides. */
export const oneLine = (text: string): string => toVisible(text).text.replaceAll(/\s*[\r\n]+\s*/g, ' ⏎ ');
