export { applyChange, type Change, planChange, undoChange } from './change.ts';
export {
  type ClientName,
  type ClientPlace,
  clientNames,
  clientPlace,
  clients,
  configFile,
  isPresent,
} from './clients.ts';
export { type Entry, readEntries, setEntries } from './config-text.ts';
