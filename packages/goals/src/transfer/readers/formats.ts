/** The programs whose files can be imported. Apart from the readers, which are loaded by the first import. */
export const importFormats = ['json', 'markdown', 'task-master', 'beads', 'taskwarrior', 'backlog'] as const;
export type ImportFormat = (typeof importFormats)[number];
