import { createSortedRowModel, rowSortingFeature, sortFns, tableFeatures, useTable } from '@tanstack/react-table';
import { Fragment, useState } from 'react';
import type { ServerDetail } from '../../../src/contract.ts';
import { Chip } from '../goals/lines.tsx';
import { CodeRegion } from '../parts/code-region.tsx';
import { count } from '../parts/format.ts';
import { Icon } from '../parts/icons.tsx';

type Tool = ServerDetail['tool_list'][number];

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel(), sortFns });
const columns = [
  { accessorKey: 'name' as const, header: 'Tool', sortFn: 'text' as const },
  { accessorKey: 'effect' as const, header: 'Effect', sortFn: 'text' as const },
  { accessorKey: 'tokens_estimate' as const, header: 'Tokens', sortFn: 'basic' as const, sortDescFirst: true },
];
const tones = { read: 'plain', write: 'accent', destroy: 'bad' } as const;

/** Tools with what their definition costs every client, dearest first; a row opens to its description and schema. */
export function ToolTable({ tools }: { tools: Tool[] }) {
  const [open, setOpen] = useState<string>();
  const table = useTable({
    features,
    columns,
    data: tools,
    getRowId: ({ name }) => name,
    initialState: { sorting: [{ id: 'tokens_estimate', desc: true }] },
  });
  const most = Math.max(1, ...tools.map(({ tokens_estimate }) => tokens_estimate));
  return (
    <table className="w-full table-fixed text-sm">
      <caption className="sr-only">Tools of this server</caption>
      <thead className="border-line border-b">
        {table.getHeaderGroups().map((group) => (
          <tr key={group.id}>
            {group.headers.map(({ id, column }) => {
              const sorted = column.getIsSorted();
              return (
                <th
                  key={id}
                  scope="col"
                  aria-sort={sorted === false ? 'none' : sorted === 'asc' ? 'ascending' : 'descending'}
                  className={`px-3 py-1.5 font-normal text-faint text-xs ${id === 'name' ? 'text-left' : id === 'effect' ? 'w-20 text-left' : 'w-28 text-right sm:w-48'}`}
                >
                  <button
                    type="button"
                    onClick={column.getToggleSortingHandler()}
                    className="inline-flex min-h-6 items-center gap-1 rounded-sm hover:text-ink"
                  >
                    {String(column.columnDef.header)}
                    {sorted !== false && (
                      <Icon name="down" className={`size-3 ${sorted === 'asc' ? 'rotate-180' : ''}`} />
                    )}
                  </button>
                </th>
              );
            })}
          </tr>
        ))}
      </thead>
      <tbody className="divide-y divide-line">
        {table.getRowModel().rows.map(({ id, original: tool }) => (
          <Fragment key={id}>
            <tr className="hover:bg-hover">
              <th scope="row" className="px-3 py-2 text-left font-normal">
                <button
                  type="button"
                  aria-expanded={open === id}
                  onClick={() => setOpen(open === id ? undefined : id)}
                  className="flex max-w-full items-center gap-2 rounded-sm"
                >
                  <Icon name={open === id ? 'down' : 'chevron'} className="size-3.5 text-faint" />
                  <span className="truncate font-mono text-xs">{tool.name}</span>
                  <span className="hidden truncate text-faint text-xs md:inline">{tool.title}</span>
                </button>
              </th>
              <td className="px-3 py-2">{tool.effect && <Chip tone={tones[tool.effect]}>{tool.effect}</Chip>}</td>
              <td className="px-3 py-2 text-right text-soft" title={`${count(tool.bytes)} bytes`}>
                <span className="flex items-center justify-end gap-2">
                  <span className="hidden h-1 grow overflow-hidden rounded-full bg-idle-soft sm:block">
                    <span
                      className="block h-full rounded-full bg-accent"
                      style={{ width: `${(100 * tool.tokens_estimate) / most}%` }}
                    />
                  </span>
                  <span className="w-12">{count(tool.tokens_estimate)}</span>
                </span>
              </td>
            </tr>
            {open === id && (
              <tr>
                <td colSpan={3} className="bg-sunken px-4 py-3 sm:px-9">
                  <p className="mb-2 max-w-3xl whitespace-pre-wrap break-words text-soft">{tool.description}</p>
                  <CodeRegion label={`Input schema of ${tool.name}`} className="card max-h-96 overflow-auto p-3">
                    {JSON.stringify(tool.input_schema, null, 2)}
                  </CodeRegion>
                </td>
              </tr>
            )}
          </Fragment>
        ))}
      </tbody>
    </table>
  );
}
