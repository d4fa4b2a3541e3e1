export { GoalsSettings } from './config.ts';
export { createIdentify } from './identity.ts';
export type { Caller } from './items/caller.ts';
export { createGoalsServer, instructions } from './server.ts';
export type { GoalsDeps } from './tools/deps.ts';
export { tools } from './tools/index.ts';
export { eventsChannel } from './work/notifier.ts';
export { openStore, type Store } from './work/store.ts';
export { renderTree } from './work/text.ts';
