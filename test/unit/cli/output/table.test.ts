import { describe, expect, it } from 'vitest'
import { backupTable } from '../../../../lib/cli/output/backup-table.ts'
import { objectTable } from '../../../../lib/cli/output/object-table.ts'
import { formatTable } from '../../../../lib/cli/output/table.ts'
import { UTC } from '../../../../lib/velero/zones.ts'
import { backup } from '../harness.ts'

describe('a table', () => {
  it('pads columns by 3 and to at least 6, but not the last', () => {
    expect(formatTable(['A', 'LONGER', 'C'], [['x', 'y', 'z']])).toBe('A     LONGER   C\nx     y        z\n')
  })

  it('cuts a cell at its first line break', () => {
    expect(formatTable(['A', 'B'], [['x\ny', 'z']])).toBe('A      B\nx...   z\n')
  })

  it('counts characters, not bytes, and defuses escapes', () => {
    expect(formatTable(['A', 'B'], [['ü😀abc', '\u001b[31mred']])).toBe('A       B\nü😀abc   ^[[31mred\n')
  })

  it('is nothing without rows', () => {
    expect(formatTable(['A'], [])).toBe('')
  })
})

describe('the order of backups', () => {
  const clock = { now: new Date(0), zone: UTC }
  it('is by name, but newest first within a schedule', () => {
    const names = ['web', 'a-20260102000000', 'a-20260103000000', 'a-b', 'a-20250101000000', 'a']
    const table = objectTable(
      backupTable,
      names.map(name => ({ backup: backup(name) })),
      {},
      clock,
    )
    expect(
      table
        .split('\n')
        .slice(1, -1)
        .map(line => line.split(' ')[0]),
    ).toEqual(['a', 'a-20260103000000', 'a-20260102000000', 'a-20250101000000', 'a-b', 'web'])
  })
})
