export { type Block, type BlockKind, maxBlockChars, toText } from './block.ts';
export { type Decoded, decodeText } from './charset.ts';
export type { Page } from './page.ts';
export { createPageReader, type PageReader } from './read-page.ts';
export { splitBlocks } from './split.ts';
export { hiddenLine, type PageMode, pageModes, viewOf } from './views.ts';
