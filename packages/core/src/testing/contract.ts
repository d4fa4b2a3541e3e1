import type { McpServer } from '@modelcontextprotocol/server';
import { describe, expect, test } from 'vitest';
import { type Connection, connect, type Era, eras } from './connect.ts';

export interface ContractOptions {
  /** The server's factory, with whatever dependencies: no tool is called but with wrong arguments. */
  factory: () => McpServer;
  /** Path of the snapshot, `tools.contract.json` of the package. */
  snapshot: string;
  /** Path of the snapshot of resource templates and prompts; without it the server must have none. */
  offers?: string;
  /** Bytes of all definitions as a client receives them. */
  maxBytes: number;
}

/** What every server of this repository promises its clients, in both eras. */
export function describeContract(name: string, { factory, snapshot, offers, maxBytes }: ContractOptions): void {
  describe.each(Object.keys(eras) as Era[])(`the contract of ${name}, %s era`, (era) => {
    test('the definitions are those of the snapshot', async () => {
      await using connection = await connect(factory, { era });
      const { tools } = await connection.client.listTools();
      await expect(`${JSON.stringify(tools, null, 2)}\n`).toMatchFileSnapshot(snapshot);
    });

    test(`the definitions fit ${maxBytes} bytes, a description 1 KB, the instructions 2 KB`, async () => {
      await using connection = await connect(factory, { era });
      const { tools } = await connection.client.listTools();
      expect(Buffer.byteLength(JSON.stringify(tools))).toBeLessThanOrEqual(maxBytes);
      for (const tool of tools) expect(Buffer.byteLength(tool.description ?? '')).toBeLessThanOrEqual(1024);
      const instructions = connection.client.getInstructions() ?? '';
      expect(instructions).not.toBe('');
      expect(Buffer.byteLength(instructions)).toBeLessThanOrEqual(2048);
    });

    test('every tool has a snake_case name, a title, a description and all four annotations', async () => {
      await using connection = await connect(factory, { era });
      for (const tool of (await connection.client.listTools()).tools) {
        expect(tool.name).toMatch(/^[a-z][a-z0-9_]{2,63}$/);
        expect(tool.title).toBeTruthy();
        expect(tool.description).toBeTruthy();
        const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = tool.annotations ?? {};
        for (const hint of [readOnlyHint, destructiveHint, idempotentHint, openWorldHint])
          expect(hint).toBeTypeOf('boolean');
        expect(tool.inputSchema.type).toBe('object');
        expect(tool.inputSchema.additionalProperties).toBe(false);
      }
    });

    test('an unknown argument is refused by name by every tool', async () => {
      await using connection = await connect(factory, { era });
      for (const tool of (await connection.client.listTools()).tools) {
        const answer = await connection.call(tool.name, { no_such_argument: 1 });
        expect(answer.isError).toBe(true);
        expect(answer.text).toContain('unknown field "no_such_argument"');
        expect(answer.error?.code).toBe('validation');
      }
    });

    if (offers === undefined) {
      test('nothing but tools is advertised', async () => {
        await using connection = await connect(factory, { era });
        expect(Object.keys(connection.client.getServerCapabilities() ?? {})).toEqual(['tools']);
      });
    } else {
      test('resource templates and prompts are those of the snapshot, a description at most 1 KB', async () => {
        await using connection = await connect(factory, { era });
        const { resourceTemplates, prompts } = await listOffers(connection);
        await expect(`${JSON.stringify({ resourceTemplates, prompts }, null, 2)}\n`).toMatchFileSnapshot(offers);
        for (const { name, title, description } of [...resourceTemplates, ...prompts]) {
          expect(name).toMatch(/^[a-z][a-z0-9-]{2,63}$/);
          expect(title).toBeTruthy();
          expect(description).toBeTruthy();
          expect(Buffer.byteLength(description ?? '')).toBeLessThanOrEqual(1024);
        }
        for (const argument of prompts.flatMap((prompt) => prompt.arguments ?? []))
          expect(argument.description).toBeTruthy();
        for (const { mimeType } of resourceTemplates) expect(mimeType).toMatch(/^\w+\/[\w.+-]+$/);
      });

      test('an unknown argument is refused by name by every prompt, and an address of nothing by its template', async () => {
        await using connection = await connect(factory, { era });
        const { resourceTemplates, prompts } = await listOffers(connection);
        for (const { name } of prompts) {
          const answer = connection.client.getPrompt({ name, arguments: { no_such_argument: '1' } });
          await expect(answer).rejects.toThrow('unknown field "no_such_argument"');
        }
        for (const { uriTemplate } of resourceTemplates) {
          const uri = `${uriTemplate.replace(/\{.*/, '')}..%2F..%00`;
          await expect(connection.client.readResource({ uri })).rejects.toMatchObject({ code: -32602, data: { uri } });
        }
      });
    }

    test('the list of tools is the same every time', async () => {
      await using one = await connect(factory, { era });
      await using other = await connect(factory, { era });
      expect(await one.client.listTools()).toEqual(await other.client.listTools());
    });
  });
}

async function listOffers({ client }: Connection) {
  const { resources, prompts } = client.getServerCapabilities() ?? {};
  return {
    resourceTemplates: resources ? (await client.listResourceTemplates()).resourceTemplates : [],
    prompts: prompts ? (await client.listPrompts()).prompts : [],
  };
}
