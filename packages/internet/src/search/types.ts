/** What a search can be asked for besides its words. */
export type SearchOption =
  | 'sites'
  | 'exclude_sites'
  | 'since'
  | 'until'
  | 'within'
  | 'language'
  | 'region'
  | 'safe'
  | 'file_type';

export type Within = 'day' | 'week' | 'month' | 'year';
type SafeSearch = 'off' | 'moderate' | 'strict';

/** One search as a provider gets it: checked, and the same whoever answers. */
export interface SearchQuery {
  text: string;
  /** Host names; subdomains are meant too. */
  sites: readonly string[];
  excludeSites: readonly string[];
  /** YYYY-MM-DD, both ends included. */
  since?: string;
  until?: string;
  within?: Within;
  /** ISO 639-1, lower case. */
  language?: string;
  /** ISO 3166-1, upper case. */
  region?: string;
  safe?: SafeSearch;
  /** Without a dot, lower case. */
  fileType?: string;
  /** From 1. */
  page: number;
  /** What the provider gave with the page before. */
  next?: string;
}

/** A result as the provider wrote it. Nothing in it is trusted. */
export interface RawHit {
  url: string;
  title: string;
  snippet: string;
  /** In any notation that `Date` reads. */
  date?: string | undefined;
}

export interface SearchHits {
  hits: RawHit[];
  /** Asked for, and neither done by the provider nor by operators of its query language. */
  unsupported: SearchOption[];
  /** True when asking for the next page makes sense. */
  more: boolean;
  /** For `next` of the query for the following page, of a provider that needs it. */
  next?: string;
  quota?: Quota;
  /** Sentences for the model, like engines that did not answer. */
  notes: string[];
}

/** What the provider said about what is left; everything is optional, because each tells something else. */
export interface Quota {
  /** Of the longest window. */
  limit?: number;
  remaining?: number;
  resetsInSeconds?: number;
  /** Credits or dollars this process has used. */
  used?: number;
  unit?: 'requests' | 'credits' | 'dollars';
}

export interface SearchProvider {
  /** Unique: `brave`, or `searxng-2` for the second instance. */
  readonly name: string;
  /** Titles and snippets are HTML, or text that may show tags on purpose. */
  readonly markup: 'html' | 'text';
  /** Calls this process makes at most; more wait a little. */
  readonly limit: { readonly calls: number; readonly seconds: number };
  /** One request. Throws what `failures.ts` makes. */
  search(query: SearchQuery, call: { signal: AbortSignal }): Promise<SearchHits>;
}
