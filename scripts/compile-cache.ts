// Imported before what it shall hold: what V8 compiled at the last start is read back at this one.
import { existsSync } from 'node:fs';
import module from 'node:module';
import path from 'node:path';
import { homeFolder } from '../packages/core/src/home.ts';

// In the home, not in Node's default below the temporary folder: whoever may write there first would decide what code runs.
const home = homeFolder(process.env);
if (existsSync(home)) module.enableCompileCache(path.join(home, 'cache'));
