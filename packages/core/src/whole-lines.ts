import { Transform } from 'node:stream';

export interface DroppedLine {
  bytes: number;
  /** The id of the request it was, where its beginning or its end shows one. */
  id: number | string | undefined;
}

export interface WholeLinesOptions {
  /** A longer line is dropped; the stream goes on with the next. */
  maxBytes: number;
  onDropped(line: DroppedLine): void;
}

/** Enough of each end of a line to find the id of a JSON-RPC request. */
const endBytes = 256;

/**
 * Passes on whole lines; chunks must be smaller than `maxBytes`, as those of a pipe are. The SDK's own buffer copies and searches all it holds at every chunk, so that a line of 10 MB takes
 * seconds and one of 60 MB minutes; and beyond its bound it stops for ever, neither answering nor ending.
 */
export function wholeLines({ maxBytes, onDropped }: WholeLinesOptions): Transform {
  let held: Buffer[] = [];
  let size = 0;
  let head = '';
  let tail = '';
  const hold = (part: Buffer): void => {
    size += part.length;
    if (size <= maxBytes) {
      held.push(part);
      return;
    }
    if (held.length > 0) head = Buffer.concat(held).toString('utf8', 0, endBytes);
    held = [];
    tail = (tail + part.subarray(-endBytes).toString('utf8')).slice(-endBytes);
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const first = chunk.indexOf('\n');
      if (first === -1) {
        hold(chunk);
        done();
        return;
      }
      hold(chunk.subarray(0, first + 1));
      if (size > maxBytes) onDropped({ bytes: size, id: findId(head, tail) });
      else this.push(Buffer.concat(held));
      held = [];
      size = 0;
      head = tail = '';
      const last = chunk.lastIndexOf('\n');
      if (last > first) this.push(chunk.subarray(first + 1, last + 1));
      if (last + 1 < chunk.length) hold(chunk.subarray(last + 1));
      done();
    },
  });
}

/** Clients write `id` before the method or after the parameters. */
function findId(head: string, tail: string): number | string | undefined {
  const value = '"id"\\s*:\\s*(\\d{1,15}|"[^"\\\\]{1,100}")';
  const [, id] =
    new RegExp(`^\\{\\s*(?:"jsonrpc"\\s*:\\s*"2\\.0"\\s*,\\s*)?${value}`).exec(head) ??
    new RegExp(`${value}\\s*\\}\\s*$`).exec(tail) ??
    [];
  return id === undefined ? undefined : JSON.parse(id);
}
