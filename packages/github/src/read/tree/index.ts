export { type Folder, listTree, type TreeAnswer } from './list-tree.ts';
