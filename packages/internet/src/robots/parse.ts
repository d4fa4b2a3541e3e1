/** One Allow or Disallow line. */
export interface Rule {
  allow: boolean;
  /** Percent-encoding normalised; `*` is any run of characters, a last `$` the end. */
  pattern: string;
  /** As it is written in the file. */
  line: string;
}

/** Rules that hold for the same agents. */
export interface Group {
  /** Product tokens in lower case; `*` is everybody. */
  agents: readonly string[];
  rules: readonly Rule[];
  /** Seconds. Not part of the standard, but widely used. */
  crawlDelay?: number;
}

export interface RobotsFile {
  groups: readonly Group[];
  /** As written: absolute addresses, of any host. */
  sitemaps: readonly string[];
}

/** The standard asks for 500 KiB at least; what comes after is not read. */
const maxRobotsBytes = 512 * 1024;
// Nobody writes so many; a file of them would make every check slow.
const maxRules = 20_000;
const maxPatternChars = 2_000;
const longestDelay = 86_400;

interface OpenGroup {
  agents: string[];
  rules: Rule[];
  crawlDelay?: number;
}

/**
 * Reads a robots.txt as RFC 9309 defines it. Never fails: lines that are not understood are skipped, and do not end a group.
 * robots-parser was tried and fails its cases: a Sitemap line between agents, encoded letters in a path, an encoded `*`.
 */
export function parseRobots(body: Uint8Array): RobotsFile {
  const groups: OpenGroup[] = [];
  const sitemaps: string[] = [];
  let group: OpenGroup | undefined;
  let hasRules = false;
  let rules = 0;
  for (const line of linesOf(body)) {
    const { name, value } = fieldOf(line);
    const field = name.toLowerCase();
    if (field === 'user-agent') {
      if (group === undefined || hasRules) {
        group = { agents: [], rules: [] };
        groups.push(group);
      }
      hasRules = false;
      group.agents.push(value === '*' ? '*' : productToken(value));
    } else if (field === 'sitemap') {
      if (value !== '') sitemaps.push(value);
    } else if (group && (field === 'allow' || field === 'disallow')) {
      hasRules = true;
      // An empty value says nothing; a relative one is a mistake that can only mean the root.
      if (value === '' || rules >= maxRules || value.length > maxPatternChars) continue;
      rules += 1;
      group.rules.push({ allow: field === 'allow', pattern: toPattern(value), line: `${name}: ${value}` });
    } else if (group && field === 'crawl-delay') {
      hasRules = true;
      const seconds = Number(value);
      if (value !== '' && seconds >= 0) group.crawlDelay = Math.min(seconds, longestDelay);
    }
  }
  return { groups, sitemaps };
}

/** The part of a User-Agent that robots.txt names: its first run of letters, `_` and `-`, in lower case. */
export const productToken = (userAgent: string): string => /^[a-z_-]+/i.exec(userAgent.trim())?.[0].toLowerCase() ?? '';

/** All groups that name the agent, as one; else those of everybody; else no rules. */
export function groupFor(file: RobotsFile, token: string): Group {
  const named = file.groups.filter(({ agents }) => token !== '' && agents.includes(token));
  const chosen = named.length > 0 ? named : file.groups.filter(({ agents }) => agents.includes('*'));
  const delays = chosen.flatMap(({ crawlDelay }) => (crawlDelay === undefined ? [] : [crawlDelay]));
  return {
    agents: named.length > 0 ? [token] : ['*'],
    rules: chosen.flatMap(({ rules }) => rules),
    ...(delays.length > 0 && { crawlDelay: Math.max(...delays) }),
  };
}

/** Without an expression over the whole line, which long runs of spaces would make slow. */
function fieldOf(line: string): { name: string; value: string } {
  const [text = ''] = line.split('#', 1);
  const colon = text.indexOf(':');
  return colon < 0
    ? { name: '', value: '' }
    : { name: text.slice(0, colon).trim(), value: text.slice(colon + 1).trim() };
}

function linesOf(body: Uint8Array): string[] {
  const text = new TextDecoder().decode(body.subarray(0, maxRobotsBytes));
  const lines = text.split(/\r\n|\r|\n/);
  // Half a path would forbid or allow more than was meant.
  if (body.length > maxRobotsBytes) lines.pop();
  return lines;
}

// A `$` that is not the last is only a character.
const toPattern = (value: string): string =>
  normalisePath(/^[/*]/.test(value) ? value : `/${value}`).replaceAll(/\$(?=.)/g, '%24');

/**
 * Characters outside ASCII percent-encoded, codes of letters, digits and `-._~` decoded, the rest of the codes in upper case: equal
 * paths become equal strings.
 */
export function normalisePath(path: string): string {
  return path
    .toWellFormed()
    .replace(/[^\x21-\x7e]+/g, encodeURIComponent)
    .replace(/%[0-9a-f]{2}/gi, (code) => {
      const character = String.fromCharCode(Number.parseInt(code.slice(1), 16));
      return /[\w.~-]/.test(character) ? character : code.toUpperCase();
    });
}
