import type { BrowserContext, Page } from 'playwright-core';

/** A message as the page's own stream client was given it. */
export interface Given {
  /** Cursor of the last change this connection told. */
  cursor: string;
  data: string;
}

export interface Witness {
  given: Given[];
  /** Words of the live badge, each time it said another. */
  badge: string[];
}

/**
 * Runs in the page before its scripts: every stream it opens also writes down what it is given, and a look at each change of the
 * document what the badge says.
 */
const script = `(() => {
  const given = [];
  const badge = [];
  window.witness = { given, badge };
  window.EventSource = class extends EventSource {
    constructor(...args) {
      super(...args);
      this.addEventListener('message', ({ lastEventId, data }) => given.push({ cursor: lastEventId, data }));
    }
  };
  const words = ['Connecting', 'Live', 'Reconnecting', 'Stale'];
  new MutationObserver(() => {
    const said = [...document.querySelectorAll('header [role=status], [role=status][title]')].map((element) => element.textContent);
    const word = said.find((text) => words.includes(text));
    if (word !== undefined && word !== badge.at(-1)) badge.push(word);
  }).observe(document, { subtree: true, childList: true, characterData: true });
})()`;

export const listenIn = (context: BrowserContext): Promise<unknown> => context.addInitScript(script);

export const witnessOf = (page: Page): Promise<Witness> => page.evaluate('window.witness');

/** The places in the log, `transaction:event`, of the changes a page was given, in the order they came. */
export function placesOf({ given }: Witness): string[] {
  return given.flatMap(({ cursor, data }) => {
    const { event } = (JSON.parse(data) as { data: { event?: number } }).data;
    if (event === undefined) return [];
    const [, transaction, id] = cursor.split(':');
    return [`${transaction}:${id === String(event) ? id : `${id} is not ${event}`}`];
  });
}
