export { After, firstAfter, type NodePage, PageInfo, takeNodes } from './after.ts';
export { checkFields, pick } from './fields.ts';
export { type Item, type ListAsked, type ListPage, listPages } from './list-pages.ts';
export { type Asked, firstPlace, Place, resume, toCursor } from './place.ts';
export { hasNext, type Page, type Scanned, scan } from './scan.ts';
