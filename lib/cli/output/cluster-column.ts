import type { Column } from './object-table.ts'

/** Of which cluster a row is, where several are listed at once. */
export const clusterColumn: Column<{ ofCluster?: string }> = {
  title: 'CLUSTER',
  cell: ({ ofCluster = '' }) => ofCluster,
}
