import { silent } from '../embedded/client.fixture.ts';
import { upgradeEmbedded } from './index.ts';
import { schema } from './shapes.fixture.ts';

// Moves the home given to 18, for tests that kill it on the way.
const [home = '', programs = ''] = process.argv.slice(2);
const prepare = async (client: { query(text: string): Promise<unknown> }): Promise<void> => {
  await client.query(schema);
};
await upgradeEmbedded({ home, log: silent, binaries: { 18: programs }, prepare });
