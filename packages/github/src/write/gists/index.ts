export { addGistComment, editGistComment } from './comment.ts';
export { createGist, forkGist, starGist, updateGist } from './gist.ts';
export type { GistWritten } from './written.ts';
