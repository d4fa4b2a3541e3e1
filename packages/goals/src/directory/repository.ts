/** What ids and projects there are: for completion while somebody types, and for "did you mean". */
export interface DirectoryRepository {
  /**
   * Live items, the last touched first, whose id begins with this or whose title has words that begin with its words. `goal-7`,
   * `GOAL-00` and a bare number are beginnings of ids. Project `demo` is left out. `total` is undefined when there are over 1,000;
   * of over 5,000 with such a word some are looked at.
   */
  beginningWith(prefix: string, filter: { kind: 'goal' | 'task'; open: boolean; limit: number }): Promise<Begun>;
  /** Live items with the nearest numbers, at most two on each side. */
  near(id: string): Promise<{ id: string; title: string }[]>;
  /** Projects with live goals, the last touched first. */
  projects(prefix: string, limit: number): Promise<string[]>;
}

export interface Begun {
  ids: string[];
  total: number | undefined;
}
