import { describe, expect, it } from 'vitest'
import { parseRestore, readRestoreRecord } from '../../../lib/velero/schema.ts'
import { serialiseRecord } from '../../../lib/velero/serialise.ts'
import type { Restore } from '../../../lib/velero/types-restore.ts'
import { sample, samplesThere, whyNot } from '../cli/samples.ts'

describe('serialiseRecord of a Restore', () => {
  it('writes what Go writes for a Restore that says nothing', () => {
    const restore: Restore = { kind: 'Restore', apiVersion: 'velero.io/v1', metadata: { name: 'r' }, spec: {} }
    expect(serialiseRecord(restore)).toBe(
      `{
  "kind": "Restore",
  "apiVersion": "velero.io/v1",
  "metadata": {
    "name": "r",
    "creationTimestamp": null
  },
  "spec": {
    "hooks": {},
    "itemOperationTimeout": "0s"
  },
  "status": {}
}`,
    )
  })

  it('keeps false where Go has a pointer, and leaves out zeros and empty lists', () => {
    const spec = {
      uploaderConfig: { parallelFilesDownload: 0, writeSparseFiles: false },
      restoreStatus: { includedResources: [] },
      existingResourcePolicy: '' as const,
      includedNamespaces: [],
      namespaceMapping: {},
      restorePVs: false,
    }
    const restore: Restore = { kind: 'Restore', apiVersion: 'velero.io/v1', metadata: { name: 'r' }, spec }
    expect(JSON.stringify(JSON.parse(serialiseRecord(restore)).spec)).toBe(
      '{"restorePVs":false,"restoreStatus":{},"hooks":{},"itemOperationTimeout":"0s","uploaderConfig":{"writeSparseFiles":false}}',
    )
  })

  it("writes hooks in the order of Velero's fields, with every timeout, and containers as they are", () => {
    const container = { name: 'wait', image: 'busybox', command: ['sh'], securityContext: { runAsUser: 0 }, args: [] }
    const restore = parseRestore({
      kind: 'Restore',
      apiVersion: 'velero.io/v1',
      metadata: { name: 'r' },
      spec: {
        hooks: {
          resources: [
            {
              postHooks: [
                { init: { initContainers: [container] } },
                { init: {} },
                { exec: { waitForReady: false, waitTimeout: '90s', onError: 'Fail', command: ['a'], container: 'c' } },
              ],
              labelSelector: {},
              name: 'h',
            },
          ],
        },
      },
    })
    expect(JSON.stringify(JSON.parse(serialiseRecord(restore)).spec.hooks)).toBe(
      '{"resources":[{"name":"h","labelSelector":{},"postHooks":[' +
        `{"init":{"initContainers":[${JSON.stringify(container)}],"timeout":"0s"}},` +
        '{"init":{"initContainers":null,"timeout":"0s"}},' +
        '{"exec":{"container":"c","command":["a"],"onError":"Fail","execTimeout":"0s","waitTimeout":"1m30s","waitForReady":false}}' +
        ']}]}',
    )
  })

  it.skipIf(!samplesThere).each(['r-full', 'r-inv', 'r-new', 'r-pf'])(
    `writes back what Velero's command line printed, byte for byte: %s${whyNot}`,
    name => {
      const text = sample(`get-restore-${name}.json`)
      expect(serialiseRecord(readRestoreRecord(text))).toBe(text.trimEnd())
    },
  )
})
