/** Ids of one statement: beyond it an answer that waits for the others would wait longer than it saves. */
const most = 500;

interface Waiting<Row> {
  ids: readonly string[];
  answer: PromiseWithResolvers<Row[]>;
}

/**
 * Reads by id that are asked for in the same turn of the event loop become one statement: many calls under way at once cost
 * PostgreSQL and the driver little more than one. Every caller gets the rows of its own ids, which several may share: they are
 * read, not changed. Not for a transaction, whose statements keep their order.
 */
export function gathered<Row extends { readonly id: string }>(
  read: (ids: readonly string[]) => Promise<Row[]>,
): (ids: readonly string[]) => Promise<Row[]> {
  let waiting: Waiting<Row>[] = [];

  function send(): void {
    const calls = waiting;
    waiting = [];
    for (let from = 0; from < calls.length; ) {
      let count = 0;
      let to = from;
      while (to < calls.length && (to === from || count + (calls[to]?.ids.length ?? 0) <= most)) {
        count += calls[to]?.ids.length ?? 0;
        to += 1;
      }
      void share(calls.slice(from, to));
      from = to;
    }
  }

  async function share(calls: readonly Waiting<Row>[]): Promise<void> {
    const [first] = calls;
    try {
      if (calls.length === 1 && first) return first.answer.resolve(await read(first.ids));
      const rows = await read([...new Set(calls.flatMap(({ ids }) => ids))]);
      const byId = new Map(rows.map((row) => [row.id, row]));
      for (const { ids, answer } of calls) answer.resolve([...new Set(ids)].flatMap((id) => byId.get(id) ?? []));
    } catch (error) {
      for (const { answer } of calls) answer.reject(error);
    }
  }

  return (ids) => {
    const answer = Promise.withResolvers<Row[]>();
    waiting.push({ ids, answer });
    // Runs when all that this turn had to do is done, and before the next event.
    if (waiting.length === 1) process.nextTick(send);
    return answer.promise;
  };
}
