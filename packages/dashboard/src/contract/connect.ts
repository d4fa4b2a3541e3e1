import * as z from 'zod';

export const ClientId = z.enum(['claude-desktop', 'claude-code', 'cursor', 'vscode']);
export type ClientId = z.infer<typeof ClientId>;

/** What writing would change in one entry, line by line; values that are not ours are hidden. */
const EntryChange = z.object({
  server: z.string(),
  lines: z.array(z.object({ sign: z.enum(['+', '-', ' ']), text: z.string() })),
});

/** A client's configuration on the machine of the dashboard. Nothing but our own entries is ever told of it. */
export const ClientFile = z.object({
  file: z.string(),
  /** Where the text lies, when `file` is a link. */
  leads_to: z.string().optional(),
  exists: z.boolean(),
  /** The client seems to have been used here. */
  used: z.boolean(),
  /** Our servers that are in it as they would be written. */
  present: z.array(z.string()).optional(),
  /** What writing would change; absent when there is nothing to write, or nothing can be. */
  changes: z.array(EntryChange).optional(),
  /** Names the change that is shown: writing takes it, and refuses when the file has changed since. */
  digest: z.string().optional(),
  /** Why nothing can be written, with the place where the text breaks. */
  problem: z
    .object({
      detail: z.string(),
      hint: z.string().optional(),
      line: z.int().optional(),
      column: z.int().optional(),
    })
    .optional(),
  /** What taking back the last change would bring; absent when there is none. */
  undo: z
    .object({
      /** `file`: its very bytes of before. `gone`: no file. `entries`: only our own entries of before. */
      brings: z.enum(['file', 'gone', 'entries']),
      /** The copy of before. */
      backup: z.string().optional(),
    })
    .optional(),
});
export type ClientFile = z.infer<typeof ClientFile>;

/** `GET /api/connect`: how a client starts the servers. */
export const Connect = z.object({
  clients: z.array(
    z.object({
      id: ClientId,
      title: z.string(),
      /** Where its configuration is, by system. */
      files: z.object({ linux: z.string(), macos: z.string(), windows: z.string() }),
      /** JSON to put there. */
      config: z.record(z.string(), z.unknown()),
      /** Commands that do the same, a line for each server. */
      command: z.string().optional(),
      /** Links that do the same, one for each server. */
      links: z.array(z.object({ server: z.string(), href: z.string() })).optional(),
      /** What a person does for a change to take effect. */
      afterwards: z.string(),
      /** Absent when the dashboard may not write. */
      here: ClientFile.optional(),
    }),
  ),
  /** The system this dashboard runs on. */
  system: z.enum(['linux', 'macos', 'windows']),
  /** Why the dashboard writes into no configuration; absent when it does. */
  off: z.object({ detail: z.string(), hint: z.string() }).optional(),
});
export type Connect = z.infer<typeof Connect>;

/** `POST /api/connect/:client` */
export const ConnectRequest = z.strictObject({
  /** Of the change that was shown. */
  digest: z.string().regex(/^[\w-]{43}$/),
});

/** `POST /api/connect/:client`: what was written. */
export const Connected = z.object({
  client: ClientId,
  file: z.string(),
  /** The copy of before; absent when there was no file. */
  backup: z.string().optional(),
  afterwards: z.string(),
});
export type Connected = z.infer<typeof Connected>;

/** `DELETE /api/connect/:client`: the last change was taken back. */
export const Disconnected = z.object({
  client: ClientId,
  file: z.string(),
  /** `file`: its very bytes of before. `gone`: no file. `entries`: only our own entries of before. */
  brought: z.enum(['file', 'gone', 'entries']),
});
export type Disconnected = z.infer<typeof Disconnected>;
