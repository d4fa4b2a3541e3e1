export interface ProviderOptions {
  fetch: typeof fetch;
  /** Now, for date ranges and for dates in headers. */
  today: () => Date;
  /** Origin to use in place of the vendor's. */
  url?: string;
}
