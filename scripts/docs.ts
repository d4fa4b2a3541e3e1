// Writes the generated parts of the documents: `pnpm run docs`. A test fails while they are stale.
import { readFile, writeFile } from 'node:fs/promises';
import { documentsWithTables, fillTables } from './generated.ts';

for (const name of documentsWithTables) {
  const file = new URL(`../${name}`, import.meta.url);
  const text = await readFile(file, 'utf8');
  const filled = fillTables(text);
  if (filled === text) continue;
  await writeFile(file, filled);
  console.log(`${name} written`);
}
