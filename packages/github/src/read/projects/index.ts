export { type ProjectsAnswer, readProjects } from './projects.ts';
