/** Loads no parser: that comes with the first plan of a change. */
export {
  applyChange,
  type Change,
  changedSince,
  type EntryChange,
  type Plan,
  planChange,
  type Undoable,
  undoable,
  undoChange,
} from './change.ts';
export {
  type ClientName,
  type ClientPlace,
  clientNames,
  clientPlace,
  clients,
  configFile,
  isPresent,
  placeInReach,
} from './clients.ts';
export { type Configured, watchConfigured } from './configured.ts';
export { type PreviewLine, previewOf } from './preview.ts';
export {
  type Entries,
  type Entry,
  folderStartedBy,
  type OurServer,
  ourServers,
  serverEntries,
  stableNode,
} from './servers.ts';
export { type Shortcut, shellQuote, shortcutOf } from './shortcuts.ts';
