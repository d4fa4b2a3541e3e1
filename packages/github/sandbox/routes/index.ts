import type { Area } from '../call.ts';
import { graphql } from '../graphql/index.ts';
import { about } from './about.ts';
import { branches } from './branches.ts';
import { collaboration } from './collaboration.ts';
import { commits } from './commits.ts';
import { comparisons } from './compare.ts';
import { contents } from './contents.ts';
import { gitData } from './git-data.ts';
import { meta } from './meta.ts';
import { people } from './people.ts';
import { protection } from './protection.ts';
import { refs } from './refs.ts';
import { repositories } from './repositories.ts';
import { search } from './search.ts';
import { codeSearch } from './search-code.ts';
import { statuses } from './statuses.ts';
import { users } from './users.ts';

/** Every part of the sandbox's GitHub. */
export const areas: readonly Area[] = [
  ...[meta, users, repositories, people, about],
  ...[contents, gitData, refs, branches, protection, commits, comparisons, statuses],
  ...[search, codeSearch, graphql],
  ...collaboration,
];
