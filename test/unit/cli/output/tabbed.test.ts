import { describe, expect, it } from 'vitest'
import { backupSpecText } from '../../../../lib/cli/output/backup-spec-text.ts'
import { alignTabs } from '../../../../lib/cli/output/tabbed.ts'
import type { Backup } from '../../../../lib/velero/types.ts'
import { sample, samplesThere, whyNot } from '../samples.ts'

describe('lines with tabs', () => {
  it('are aligned in runs: a line without such a cell begins a new one', () => {
    expect(alignTabs(['Name:\tx', 'Annotations:\ty', '', 'Phase:\tz'])).toBe(
      'Name:         x\nAnnotations:  y\n\nPhase:  z\n',
    )
  })

  it('are indented by 2 for each tab that they begin with, also where nothing follows', () => {
    expect(alignTabs(['Hooks:', '\tResources:', '\t\ta:', '\t', '\t\t\tx:\ty'])).toBe(
      'Hooks:\n  Resources:\n    a:\n  \n      x:  y\n',
    )
  })

  it('are as wide as their longest cell, in characters', () => {
    expect(alignTabs(['ä€😀:\t1', 'a:\t2'])).toBe('ä€😀:  1\na:    2\n')
  })
})

describe.skipIf(!samplesThere)(`the spec of a backup as real Velero describes it${whyNot}`, () => {
  const backups: Backup[] = samplesThere
    ? JSON.parse(sample('_input-objects.json')).filter((object: { kind: string }) => object.kind === 'Backup')
    : []

  it.each(['full', 'nginx-backup', 'brandnew'])('is the same of %s, to the byte', name => {
    const found = backups.find(({ metadata }) => metadata.name === name)
    if (!found) throw new Error(`${name} is not among the samples`)
    // In whatever order Velero has shown kinds.
    const { orderedResources: _, ...spec } = found.spec
    expect(sample(`backup-describe-${name}.txt`)).toContain(`\n\n${alignTabs(backupSpecText(spec))}\n`)
  })
})
