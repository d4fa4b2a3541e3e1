import { readFileSync } from 'node:fs';

/** `package.json` is one folder up from the sources as from the built file. */
export const version: string = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
