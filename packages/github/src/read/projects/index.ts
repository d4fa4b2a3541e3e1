export { Field, type FieldNode, fieldParts } from './projects.query.ts';
export { noOwner, type ProjectsAnswer, readProjects } from './projects.ts';
