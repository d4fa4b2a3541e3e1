import type { Area } from '../call.ts';
import { answerGraphql } from './execute.ts';

/** GitHub's GraphQL API: its own schema over the model. */
export const graphql: Area = {
  name: 'graphql',
  routes: {},
  outside: { 'POST /graphql': answerGraphql },
};
