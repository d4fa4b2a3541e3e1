import type { GitHub, GitHubCall, RepositoryName, RestData } from '../client/index.ts';

export type Milestone = RestData<'GET /repos/{owner}/{repo}/milestones'>[number];

const mostPages = 10;
const perPage = 100;

/** The milestone of this title, open or closed, and the titles that were seen on the way to it. */
export async function findMilestone(
  github: GitHub,
  { title, ...at }: RepositoryName & { title: string },
  call: GitHubCall,
): Promise<{ found: Milestone | undefined; titles: string[] }> {
  const titles: string[] = [];
  for (let page = 1; page <= mostPages; page += 1) {
    const asked = { ...at, state: 'all' as const, per_page: perPage, page };
    const { data } = await github.rest('GET /repos/{owner}/{repo}/milestones', asked, call);
    const found = data.find((milestone) => milestone.title === title);
    titles.push(...data.map((milestone) => milestone.title));
    if (found || data.length < perPage) return { found, titles };
  }
  return { found: undefined, titles };
}
